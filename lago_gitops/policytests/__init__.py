"""Tests of policies: facts or a change in, the policies that speak up out."""
