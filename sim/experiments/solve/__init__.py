"""The verb budget solve: how much is needed?"""
