"""The verb budget: what will it cost, what does it buy?"""
