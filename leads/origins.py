"""Where migration 0010 looks for the check of origins; it lives in `crm.visitors.origins`."""

from crm.visitors.origins import check_origins

__all__ = ["check_origins"]
