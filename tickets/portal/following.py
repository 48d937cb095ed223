"""An answer to the customer goes out by e-mail, too."""

from tickets.hooks import answered
from tickets.portal import mailing

answered.register(mailing.queue)
