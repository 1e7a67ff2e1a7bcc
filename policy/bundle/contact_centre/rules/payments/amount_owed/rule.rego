# METADATA
# title: No more is taken than the invoice still owes
package contact_centre.rules.payments.amount_owed

import data.contact_centre.call
import data.contact_centre.money

report contains {"effect": "deny", "message": "The amount is not a positive whole number of minor units."} if {
	call.group == "payment"
	not call.amount_minor
}

report contains {"effect": "deny", "message": "The invoice could not be read."} if {
	call.group == "payment"
	not invoice
}

report contains {"effect": "deny", "message": message} if {
	call.group == "payment"
	call.amount_minor > invoice.balance_minor
	message := concat("", ["The invoice owes only ", money.text(invoice.balance_minor), "."])
}

invoice := input.resource.invoice if {
	input.resource.invoice.invoice_id == call.arguments.invoice_id
	call.whole(input.resource.invoice.balance_minor)
}
