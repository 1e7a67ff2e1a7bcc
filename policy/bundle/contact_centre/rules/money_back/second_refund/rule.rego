# METADATA
# title: A second partial refund of one payment within a day needs a supervisor
package contact_centre.rules.money_back.second_refund

import data.contact_centre.call
import data.contact_centre.evidence
import data.contact_centre.limits
import data.contact_centre.moment

report contains {"effect": "approve", "message": "Part of this payment already went back within a day."} if {
	call.tool == "payments.refund_payment"
	refunded_lately
	not evidence.approved
}

# As the payment system knows it.
refunded_lately if {
	moment.now - moment.seconds(input.resource.payment.last_refund_at) < 3600 * limits.money("second_refund_hours")
}

# A time that cannot be read counts as lately.
refunded_lately if {
	not object.get(input.resource.payment, "last_refund_at", null) == null
	not moment.seconds(input.resource.payment.last_refund_at)
}

# As our own ledger knows it, before the payment system does.
refunded_lately if {
	input.facts.refunds_of_this_payment > 0
	input.facts.refunded_minor_24h > 0
}
