# METADATA
# title: A refund is at most what was captured and not yet refunded
package contact_centre.rules.money_back.captured

import data.contact_centre.call
import data.contact_centre.money

report contains {"effect": "deny", "message": "The payment could not be read."} if {
	call.tool == "payments.refund_payment"
	not payment
}

report contains {"effect": "deny", "message": "This payment was already refunded whole."} if {
	call.tool == "payments.refund_payment"
	payment.refunded_minor >= payment.amount_minor
}

report contains {"effect": "deny", "message": message} if {
	call.tool == "payments.refund_payment"
	call.amount_minor > payment.refundable_minor
	message := concat("", ["Only ", money.text(payment.refundable_minor), " of this payment can still go back."])
}

payment := input.resource.payment if {
	input.resource.payment.payment_id == call.arguments.payment_id
	every name in {"amount_minor", "refunded_minor", "refundable_minor", "captures_of_charge", "surplus_minor"} {
		call.whole(input.resource.payment[name])
	}
}
