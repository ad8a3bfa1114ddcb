-- Each request makes a ticket; the wire thread counts what was not 200.
wrk.method = "POST"
wrk.headers["Content-Type"] = "application/json"
wrk.body = '{"subject":"Permission sync falls behind","body":"Sync takes hours with 60k repositories since the upgrade.","name":"Ines Okafor","email":"ines@northwind.example"}'
local refused = 0
function response(status) if status ~= 200 then refused = refused + 1 end end
