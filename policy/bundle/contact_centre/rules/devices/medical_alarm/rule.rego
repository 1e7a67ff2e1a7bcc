# METADATA
# title: The line of a customer with a medical alarm is a person's business
package contact_centre.rules.devices.medical_alarm

import data.contact_centre.call
import data.contact_centre.customer

report contains {"effect": "handoff", "message": "A medical alarm depends on this line."} if {
	call.group == "device"
	"medical_alarm" in customer.flags
}
