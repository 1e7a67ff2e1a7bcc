# METADATA
# title: No offer while anything is overdue
package contact_centre.rules.retention.collections

import data.contact_centre.call

report contains {"effect": "deny", "message": "Something is overdue, so no offer can be made."} if {
	call.group == "offer"
	not nothing_overdue
}

nothing_overdue if {
	is_array(input.resource.invoices.items)
	every invoice in input.resource.invoices.items {
		invoice.status in {"paid", "open"}
	}
}
