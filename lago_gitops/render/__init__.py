"""Results as text, JSON and reports: functions that return strings; nothing here prints.

A room for each result (a plan, a bill, prices, a run) and for each way to show one that takes several modules (`html`,
`markdown`, `reports`); `base` is what all of them share, `schemas` what is published of their JSON.
"""
