"""What requests leave for later."""

from enum import Enum

from lago_gitops.sandbox.base.doc import Doc
from lago_gitops.sandbox.base.kinds import JOB
from lago_gitops.sandbox.base.world import World, new_id


class Task(Enum):
    DELETE_PLAN = "delete a plan"
    BILL_END = "invoice a subscription that ended"


def queue(world: World, task: Task, subject: Doc) -> None:
    world.store.save(JOB, {"id": new_id(), "task": task.value, "subject_id": subject["id"]})
