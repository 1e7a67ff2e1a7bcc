# METADATA
# title: A waiver is for a fee that is on the bill and was not waived
package contact_centre.rules.money_back.fee

import data.contact_centre.call
import data.contact_centre.money

report contains {"effect": "deny", "message": "This fee is not on the invoice, or was waived before."} if {
	call.tool == "erp.waive_fee"
	not fee
}

report contains {"effect": "deny", "message": message} if {
	call.tool == "erp.waive_fee"
	call.amount_minor > fee.amount_minor
	message := concat("", ["The fee is only ", money.text(fee.amount_minor), "."])
}

fee := found if {
	input.resource.invoice.invoice_id == call.arguments.invoice_id
	some found in input.resource.invoice.lines
	found.line_id == call.arguments.line_id
	found.kind in {"late_fee", "one_off"}
	found.waived == false
	call.whole(found.amount_minor)
}
