# METADATA
# title: A message goes out only for a purpose that the customer agreed to
package contact_centre.rules.messages.consent

import data.contact_centre.call
import data.contact_centre.customer

report contains {"effect": "allow", "message": message} if {
	call.group == "message"
	permitted
	message := concat("", ["The customer agreed to ", call.arguments.purpose, " messages."])
}

report contains {"effect": "deny", "message": "The customer has not agreed to messages for this purpose."} if {
	call.group == "message"
	not permitted
}

permitted if call.arguments.purpose == "requested"

permitted if {
	call.arguments.purpose in {"service", "marketing"}
	customer.account.consents[call.arguments.purpose] == true
}
