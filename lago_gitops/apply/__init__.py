"""Applies a plan: each task after those it depends on, each write read back."""

from lago_gitops.apply.journal import Journal
from lago_gitops.apply.oversight import Oversight
from lago_gitops.apply.remote import Remote
from lago_gitops.apply.run import Watch, apply
from lago_gitops.apply.stop import Stop

__all__ = ["Journal", "Oversight", "Remote", "Stop", "Watch", "apply"]
