# METADATA
# title: Contact details change one field per call, and the old address is told
package contact_centre.rules.contact.one_field

import data.contact_centre.call

report contains {"effect": "allow", "message": "Customers may change how they are reached."} if {
	call.group == "contact"
	one_field
}

report contains {"effect": "deny", "message": "One of email, phone and address is changed per call, to a text."} if {
	call.group == "contact"
	not one_field
}

obligation contains {"type": "notify"} if call.group == "contact"

one_field if {
	call.arguments.field in {"email", "phone", "address"}
	is_string(call.arguments.value)
	call.arguments.value != ""
	object.keys(call.arguments) - {"customer_id", "field", "value"} == set()
}
