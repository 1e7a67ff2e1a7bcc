# METADATA
# title: With the kill switch on people do what the assistant would have done
package contact_centre.rules.autonomy.kill_switch

import data.contact_centre.autonomy

report contains {"effect": "handoff", "message": "Automatic actions are switched off at the moment."} if {
	autonomy.governed
	autonomy.switched_off
}
