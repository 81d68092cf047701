"""Results as text, JSON and reports: strings, nothing here prints.

A room for each result that takes several modules (a plan, a bill, prices, a report), a module for each that takes one;
`base` is what all of them share, `schemas` what is published of their JSON.
"""
