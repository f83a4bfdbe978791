"""The verb nowcast: and given what has happened so far?"""
