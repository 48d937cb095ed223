"""The address of 后台任务 in the frame."""

from crm.web import context

context.register_link("jobs", "jobs:job_list")
