# METADATA
# title: Only a bill of this customer is paid in instalments or by a link
package contact_centre.rules.changes.own_invoice

import data.contact_centre.call

report contains {"effect": "deny", "message": "This is no bill of the customer."} if {
	call.tool in {"erp.create_payment_arrangement", "payments.create_payment_link"}
	not read
}

# Another customer's bill is not found; what was read is held against the customer by identity/own_records.
read if input.resource.invoice.invoice_id == call.arguments.invoice_id
