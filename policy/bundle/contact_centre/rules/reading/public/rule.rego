# METADATA
# title: Plans and articles are for everybody
package contact_centre.rules.reading.public

import data.contact_centre.call

report contains {"effect": "allow", "message": "This is public information."} if call.group == "public_read"
