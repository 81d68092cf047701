"""The stages of each command in order: the only package that knows them all.

A module for each thing that a command does, so that it is as long as the list of commands; `audit`, `usage` and
`partitions` read recorded bills, in several stages each.
"""
