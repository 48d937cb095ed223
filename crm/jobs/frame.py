"""The address of 我的任务 in the frame."""

from crm.web import context

context.register_link("jobs", "jobs:job_list")
