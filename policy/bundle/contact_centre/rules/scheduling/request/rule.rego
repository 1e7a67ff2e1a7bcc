# METADATA
# title: A signed-in customer may arrange their visits
package contact_centre.rules.scheduling.request

import data.contact_centre.call

report contains {"effect": "allow", "message": "Customers may arrange their own visits."} if call.group == "scheduling"
