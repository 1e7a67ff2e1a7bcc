# METADATA
# title: A signed-in customer may have their own device restarted
package contact_centre.rules.devices.restart

import data.contact_centre.call

report contains {"effect": "allow", "message": "Customers may have their own devices restarted."} if {
	call.group == "device"
	device_is_known
}

report contains {"effect": "deny", "message": "The device could not be read."} if {
	call.group == "device"
	not device_is_known
}

device_is_known if input.resource.device.device_id == call.arguments.device_id
