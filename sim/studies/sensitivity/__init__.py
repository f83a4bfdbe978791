"""The verb sensitivity: what matters, which ranking of measures holds, when does a target fail?"""
