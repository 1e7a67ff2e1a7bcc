# METADATA
# title: An order is cancelled before it is shipped, and sent back within its time after it was delivered
package contact_centre.rules.changes.order_stage

import data.contact_centre.call
import data.contact_centre.moment

report contains {"effect": "deny", "message": "Only an order that was not shipped yet can be cancelled."} if {
	call.tool == "erp.cancel_order"
	not input.resource.order.status == "ordered"
}

report contains {"effect": "deny", "message": "Only a delivered order can be sent back, and only within its time."} if {
	call.tool == "erp.create_return_label"
	not returnable
}

returnable if {
	input.resource.order.status == "delivered"
	moment.today <= moment.day(input.resource.order.returnable_until)
}
