# METADATA
# title: Only an order of this customer is sent again, cancelled or returned
package contact_centre.rules.changes.own_order

import data.contact_centre.call

report contains {"effect": "deny", "message": "This is no order of the customer."} if {
	call.tool in {"erp.reship_order", "erp.cancel_order", "erp.create_return_label"}
	not read
}

# Another customer's order is not found; what was read is held against the customer by identity/own_records.
read if input.resource.order.order_id == call.arguments.order_id
