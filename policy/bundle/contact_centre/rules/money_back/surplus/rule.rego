# METADATA
# title: Of a duplicate only the surplus captures go back
package contact_centre.rules.money_back.surplus

import data.contact_centre.call
import data.contact_centre.money

report contains {"effect": "deny", "message": "The surplus of this charge already went back; nothing was taken twice any more."} if {
	call.tool == "payments.refund_payment"
	input.resource.payment.captures_of_charge > 1
	input.resource.payment.surplus_minor <= 0
}

report contains {"effect": "deny", "message": message} if {
	call.tool == "payments.refund_payment"
	input.resource.payment.captures_of_charge > 1
	input.resource.payment.surplus_minor > 0
	call.amount_minor > input.resource.payment.surplus_minor
	message := concat("", ["Of this charge only ", money.text(input.resource.payment.surplus_minor), " was taken too much."])
}

report contains {"effect": "deny", "message": "This charge was captured once only: it is no duplicate."} if {
	call.tool == "payments.refund_payment"
	call.arguments.reason == "duplicate_charge"
	input.resource.payment.captures_of_charge <= 1
}
