# METADATA
# title: A customer reaches their own records only
package contact_centre.rules.identity.own_records

import data.contact_centre.call
import data.contact_centre.customer

report contains {"effect": "deny", "message": "The call names another customer than the one in this conversation."} if {
	object.get(call.arguments, "customer_id", customer.id) != customer.id
}

# A server of somebody else's may call its customer by another name; policy data says by which.
report contains {"effect": "deny", "message": "The call is about another customer than the one in this conversation."} if {
	object.get(call.arguments, call.definition.customer, null) != customer.id
}

report contains {"effect": "deny", "message": message} if {
	some name, record in input.resource
	object.get(record, "customer_id", customer.id) != customer.id
	message := concat("", ["The ", name, " in this call belongs to another customer."])
}
