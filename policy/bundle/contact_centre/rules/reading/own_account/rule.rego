# METADATA
# title: Customers may read what we hold about them
package contact_centre.rules.reading.own_account

import data.contact_centre.call

report contains {"effect": "allow", "message": "Customers may read their own account."} if call.group == "read"
