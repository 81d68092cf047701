"""The stages of each command in order: the only package that knows them all.

`manifests` needs no Lago, `organization` reads one; `pulling` is the way from Lago into Git, `changes` the way back,
and `impact` what it does to bills. `audit` and `partitions` read recorded bills, `simulation` makes its own.
"""
