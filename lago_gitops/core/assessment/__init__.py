"""What does a change amount to, and may it be made?"""
