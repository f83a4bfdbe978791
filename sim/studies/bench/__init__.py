"""The verb bench: how fast is it on this machine?"""
