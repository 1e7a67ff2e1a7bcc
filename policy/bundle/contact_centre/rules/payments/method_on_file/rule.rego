# METADATA
# title: Payment is taken only by a method on file
package contact_centre.rules.payments.method_on_file

import data.contact_centre.call

report contains {"effect": "deny", "message": "This payment method is not on file; a payment link can be sent."} if {
	call.group == "payment"
	not on_file
}

on_file if call.item(input.resource.methods, "method_id", call.arguments.method_id)
