# METADATA
# title: Only a running subscription of this customer changes its plan
package contact_centre.rules.changes.own_subscription

import data.contact_centre.call

report contains {"effect": "deny", "message": "This is no running subscription of the customer."} if {
	call.tool == "erp.change_plan"
	not running
}

running if {
	found := call.item(input.resource.subscriptions, "subscription_id", call.arguments.subscription_id)
	found.status in {"active", "suspended"}
}
