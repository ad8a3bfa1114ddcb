/* demo_words.c: see demo_words.h. */
#include "transfer/demo_words.h"

#include "base/banned.h"

#define L(...) ((const char *const[]){ __VA_ARGS__, NULL })

const struct demo_region demo_regions[] = {
	{ "America/New_York", "en", L("Dana", "Marcus", "Alicia", "Jordan", "Renee", "Caleb", "Monica", "Terrence"),
	  L("Whitfield", "Alvarez", "Brooks", "Feldman", "Nakamura", "Osei", "Callahan", "Price") },
	{ "America/Los_Angeles", "en", L("Grace", "Hector", "Mei", "Trevor", "Sunita", "Wes", "Lourdes", "Ben"),
	  L("Kim", "Castellanos", "Tran", "Hollis", "Reddy", "Larsen", "Ibarra", "Goldberg") },
	{ "Europe/Berlin", "de", L("Jürgen", "Annika", "Björn", "Heike", "Matthias", "Leonie", "Tarek", "Silke"),
	  L("Vogel", "Schäfer", "Krüger", "Brandt", "Öztürk", "Lindner", "Weiß", "Hartmann") },
	{ "Europe/Paris", "fr", L("Delphine", "Élodie", "Mathieu", "Karim", "Noémie", "Thibault", "Aïcha", "Luc"),
	  L("Moreau", "Lefèvre", "Benali", "Garnier", "Roussel", "Diallo", "Chevalier", "Petit") },
	{ "Europe/London", "en", L("Imogen", "Callum", "Priyanka", "Rhys", "Zadie", "Gareth", "Fiona", "Kwame"),
	  L("Ashworth", "MacLeod", "Patel", "Llewellyn", "Mensah", "Thornton", "Begum", "Carrick") },
	{ "Europe/Stockholm", "sv", L("Per", "Ingrid", "Nils", "Åsa", "Fredrik", "Linnea", "Oskar", "Maja"),
	  L("Lindqvist", "Åkesson", "Bergström", "Nyström", "Hallgren", "Sjöberg", "Ekdahl", "Wallin") },
	{ "Europe/Warsaw", "pl", L("Agnieszka", "Paweł", "Małgorzata", "Tomasz", "Zofia", "Łukasz", "Katarzyna", "Michał"),
	  L("Wójcik", "Kowalczyk", "Nowakowski", "Zając", "Piątek", "Sikora", "Głowacka", "Baran") },
	{ "Europe/Madrid", "es", L("Lucía", "Iñigo", "Carmen", "Javier", "Nuria", "Álvaro", "Beatriz", "Rubén"),
	  L("Echeverría", "Muñoz", "Peña", "Ferrer", "Ibáñez", "Navarro", "Solís", "Vidal") },
	{ "Africa/Lagos", "en", L("Ines", "Chinedu", "Folake", "Emeka", "Ngozi", "Tunde", "Amara", "Sam"),
	  L("Okafor", "Adeyemi", "Balogun", "Eze", "Nwosu", "Ogunleye", "Bello", "Ibe") },
	{ "Africa/Nairobi", "sw", L("Wanjiru", "Otieno", "Achieng", "Kamau", "Zawadi", "Baraka", "Njeri", "Juma"),
	  L("Mwangi", "Odhiambo", "Kariuki", "Wekesa", "Kimani", "Chebet", "Mutua", "Omondi") },
	{ "Asia/Kolkata", "en", L("Ananya", "Vikram", "Deepa", "Rohan", "Kavya", "Arjun", "Shreya", "Imran"),
	  L("Iyer", "Raman", "Chaudhary", "Banerjee", "Kulkarni", "Menon", "Sheikh", "Nair") },
	{ "Asia/Tokyo", "ja", L("Yui", "Kenji", "さくら", "Haruto", "美咲", "Daichi", "Ayaka", "健太"),
	  L("Tanabe", "Mori", "田中", "Fujiwara", "佐藤", "Nakagawa", "Kobayashi", "鈴木") },
	{ "Asia/Shanghai", "zh", L("Wei", "Xiulan", "伟", "Jing", "Haoran", "芳", "Lei", "Yuting"),
	  L("Zhang", "Liu", "王", "Chen", "Huang", "李", "Zhou", "Xu") },
	{ "Asia/Riyadh", "ar", L("Layla", "Omar", "فاطمة", "Yusuf", "Huda", "خالد", "Noor", "Sami"),
	  L("Al-Harbi", "Haddad", "العتيبي", "Mansour", "Qureshi", "الشمري", "Nasser", "Khoury") },
	{ "America/Sao_Paulo", "pt", L("Thiago", "Larissa", "João", "Beatriz", "Caio", "Fernanda", "Rafael", "Conceição"),
	  L("Duarte", "Guimarães", "Teixeira", "Nogueira", "Araújo", "Cardoso", "Brandão", "Pacheco") },
	{ "Australia/Sydney", "en", L("Lachlan", "Matilda", "Hamish", "Tahlia", "Declan", "Siobhan", "Angus", "Mia"),
	  L("Fraser", "Donnelly", "Kowalski", "Papadopoulos", "Nguyen", "Byrne", "Hargreaves", "Tupou") },
	{ "Europe/Kyiv", "uk", L("Oksana", "Dmytro", "Олена", "Andriy", "Iryna", "Тарас", "Yaroslav", "Kateryna"),
	  L("Shevchenko", "Kovalenko", "Бондаренко", "Melnyk", "Tkachuk", "Лисенко", "Hrytsenko", "Savchuk") },
	{ "America/Toronto", "fr", L("Geneviève", "Raj", "Maude", "Liam", "Chantal", "Étienne", "Simran", "Noah"),
	  L("Tremblay", "Gill", "Bouchard", "MacKenzie", "Gagnon", "Dhaliwal", "Pelletier", "Roy") },
};
const size_t demo_n_regions = sizeof(demo_regions) / sizeof(demo_regions[0]);

const char *const demo_org_first[] = {
	"Northwind", "Halden", "Meridian", "Kite", "Orchard", "Fjord", "Bluestone", "Cedar", "Lumen", "Tessera", "Quill", "Harbor", "Granite", "Solstice",
	"Vireo", "Copper", "Juniper", "Atlas", "Mistral", "Beacon", "Saffron", "Polar", "Cobalt", "Larch", "Zephyr", "Onyx", "Prairie", "Tidewater",
	"Ember", "Willow", "Kestrel", "Alder", "Monsoon", "Basalt", "Clover", "Drift", "Falcon", "Garnet", "Heron", "Indigo", "Jasper", "Kelp", "Lantern",
	"Maple", "Nimbus", "Osprey", "Pinnacle", "Quarry", "Raven", "Sable", "Thistle", "Umbra", "Verdant", "Wren", "Yarrow", "Aurora", "Boreal", "Cinder",
	NULL };
const char *const demo_org_last[] = {
	"Bank", "Games", "Labs", "Air", "Robotics", "Health", "Insurance", "Logistics", "Media", "Energy", "Systems", "Payments", "Semiconductors",
	"Telecom", "Retail", "Aerospace", "Foods", "Analytics", "Motors", "Biotech", "Cloud", "Security", "Mobility", "Learning", "Travel", "Capital",
	"Devices", "Networks", "Studios", "Freight", NULL };
const char *const demo_plans[] = { "Enterprise", "Enterprise", "Enterprise Plus", "Elite", "Enterprise Starter", "Business", "Team", NULL };
const char *const demo_versions[] = { "4.5.1", "5.0.6", "5.1.9", "5.2.7", "5.3.2", "5.3.12303", "5.4.0", "5.4.5099", NULL };
const char *const demo_repos[] = {
	"platform/monorepo", "payments/ledger", "web/storefront", "infra/terraform", "mobile/android", "data/pipelines", "core/auth", "firmware/bootloader",
	"search/indexer", "ml/feature-store", "games/engine", "legacy/billing", NULL };
const char *const demo_services[] = { "frontend", "gitserver-0", "gitserver-2", "searcher-1", "zoekt-webserver", "repo-updater", "worker", "symbols-0",
				      "precise-code-intel-worker", "executor-2f9", "executor-a41", "blobstore", NULL };
const char *const demo_groups[] = { "platform-eng", "sre-oncall", "contractors", "data-science", "mobile-core", "security-review", "apac-engineering", NULL };
const char *const demo_languages[] = { "Kotlin", "TypeScript", "Go", "C++", "Python", "Scala", "Rust", "Java", NULL };

const char *const demo_openings[] = {
	"Hi team,", "Hello,", "Good morning,", "Hi there,", "Hi support,", "Dear support team,", "Hey,", "Hello again,", "Good afternoon,", "Hi all,", NULL };
const char *const demo_contexts[] = {
	"We run {version} on {deployment} with about {n} users.",
	"This is our production instance ({version}, {deployment}).",
	"Since we moved from {oldversion} to {version} {day}, things have changed.",
	"We are in the middle of a rollout to {n} developers.",
	"Our instance indexes roughly {bign} repositories, {repo} being the largest.",
	"Nothing was changed on our side as far as I know; the last deploy was {day}.",
	"We are evaluating this for our platform group and hit a wall.",
	"I am writing on behalf of {group}, who noticed it first.",
	"I searched the documentation but did not find this case.", NULL };
const char *const demo_pressures[] = {
	"We demo this to our platform group on Thursday.", "About {n} people are affected right now.", "It is not urgent, but it comes up every week.",
	"Our release train leaves on Friday and depends on this.", "Happy to jump on a call if that is quicker.",
	"For now we live with a workaround, though nobody likes it.", "Management has started to ask about it.",
	"This blocks the onboarding of {group}.", "Please tell me what else you need from our side.", NULL };
const char *const demo_closings[] = { "Thanks,", "Best regards,", "Kind regards,", "Cheers,", "Many thanks in advance,", "Thank you,", "Best,", NULL };
const char *const demo_greetings[] = { "Hi {name},", "Hello {name},", "Hi {name}, thank you for the details.", "Thanks for writing, {name}.", NULL };
const char *const demo_thanks[] = {
	"Thanks for the clear report; the log lines helped.", "I could reproduce this on a test instance with {version}.",
	"I have read through what you sent and compared it with two earlier reports.", "Sorry for the trouble this causes.",
	"I understand that this holds up your rollout.", "Good find: this is not obvious from the outside.", NULL };
const char *const demo_next_steps[] = {
	"You will hear from me again by tomorrow, {clock} your time, with what I found.",
	"Once I have that, I will compare it with our test instance and write back the same day.",
	"If that does not help, send me the new log and I will take it to the team that owns {service}.",
	"I will check on this again tomorrow morning, whether or not I hear from you.",
	"As soon as you confirm, I will close this; you can always answer here later.", NULL };
const char *const demo_signoffs[] = { "All the best,", "Best,", "Kind regards,", "Cheers,", NULL };
const char *const demo_answers[] = {
	"Here is the output you asked for:", "I ran the command, this is what it says:", "We tried that on one of our nodes first. Result:",
	"Attached is the log of {service} from {day}.", "Short answer: yes, we do have a proxy in front of it.",
	"Our identity team says nothing changed, but the log shows this:", "It happened again at {clock}, this time with {pct}% of requests.", NULL };
const char *const demo_confirms[] = {
	"That did it, thank you! You can close this.", "Works now. Really appreciate the quick help.", "Confirmed on production as well. Thanks a lot!",
	"All {n} users are fine again. Thank you for the explanation, too.", "The workaround is good enough for us, and we follow the public issue.",
	"Perfect, that was it. I passed the page on to our team.", NULL };
const char *const demo_still[] = {
	"Unfortunately it is the same after the change.", "Better, but not gone: about {pct}% of the requests still fail.",
	"It worked for two hours and came back at {clock}.", "We see it on {service} only now, not on the others.", NULL };
const char *const demo_notes[] = {
	"Same signature as an earlier ticket: {service} logs it once a minute. Checking whether their compose file still sets the old variable.",
	"Asked in the team channel; {person} remembers something like this with a rewriting proxy.",
	"Reproduced on {version} with a fresh install and {n} repositories. Not reproducible on {oldversion}.",
	"Their CE says that the demo date cannot move. Let us answer before their evening.",
	"Looked at their last three tickets: two were about {service} running out of memory. Ask for its limits.",
	"Defect filed with logs and steps. Engineering says it is fixed on main and will be in the next patch release.",
	"Customer is in {zone}; better answer before their lunch.", "Licence is valid until next spring, seats are fine. Not the cause.", NULL };
const char *const demo_spam[] = {
	"Guaranteed first page ranking for your website", "Your invoice is overdue: open the attachment", "Re: partnership opportunity for decision makers",
	"Hire certified developers at half the price", "Congratulations, your mailbox has won", NULL };
const char *const demo_exceptions[] = {
	"Answer in English and French", "May write to the team in their own channel", "Logs may not leave their network: ask for excerpts only",
	"Weekly call with their platform lead", "Never restart anything without their change number", NULL };
const char *const demo_org_notes[] = {
	"Strict change windows: Tuesday and Thursday, 06:00 to 08:00 their time.", "Air-gapped: no telemetry, updates arrive by disk.",
	"Their proxy rewrites headers; half of what looks like our fault is there.", "Contact the platform group first, not the person who reported.",
	"Moving from docker-compose to Kubernetes this year.", "Large monorepo, shallow clones are forbidden by policy.", NULL };

const char *const demo_stacks[] = {
	"panic: runtime error: invalid memory address or nil pointer dereference\n[signal SIGSEGV: segmentation violation code=0x1 addr=0x18 pc=0x{hex}]\n\n"
	"goroutine {n} [running]:\nexample.com/search/backend.(*aggregator).flush(0x0, 0xc000{hex})\n\t/src/search/backend/aggregate.go:{line} +0x1c\n"
	"example.com/search/backend.(*stream).run(0xc000{hex})\n\t/src/search/backend/stream.go:{line} +0x2f5\ncreated by example.com/search/backend.Start\n"
	"\t/src/search/backend/stream.go:{line} +0x91",
	"Traceback (most recent call last):\n  File \"/opt/sync/run.py\", line {line}, in <module>\n    main(sys.argv[1:])\n  File \"/opt/sync/run.py\", line {line}, in main\n"
	"    client.repositories(first={n})\n  File \"/opt/sync/client.py\", line {line}, in repositories\n    raise ApiError(r.status_code, r.text)\n"
	"ApiError: (502, 'upstream connect error or disconnect before headers. reset reason: connection termination')",
	"java.lang.IllegalStateException: index shard {n} is not assigned\n\tat com.example.codeintel.Index.open(Index.java:{line})\n"
	"\tat com.example.codeintel.Worker.handle(Worker.java:{line})\n\tat com.example.codeintel.Worker.run(Worker.java:{line})\n"
	"\tat java.base/java.lang.Thread.run(Thread.java:833)\nCaused by: java.io.IOException: No space left on device\n\t... 3 more",
	"TypeError: Cannot read properties of undefined (reading 'nodes')\n    at resultsFor (https://search.internal/.assets/app.{hex}.js:{line}:17)\n"
	"    at Object.next (https://search.internal/.assets/vendor.{hex}.js:2:{line})\n    at https://search.internal/.assets/vendor.{hex}.js:2:{n}",
	"ERROR:  deadlock detected\nDETAIL:  Process {n} waits for ShareLock on transaction {line}{n}; blocked by process {line}.\n"
	"HINT:  See server log for query details.\nCONTEXT:  while updating tuple ({line},{n}) in relation \"repo_permissions\"", NULL };

const struct demo_area demo_areas[] = {
	{ "search", L("ranking", "regex", "timeouts", "filters", "indexing"),
	  L("Search misses files in {repo}", "Regex search with {language} code times out after {version}", "How do I exclude generated files from search?",
	    "Structural search returns nothing for {language}", "Results differ between two users in the same group", "Search is slow in the morning, fine at night",
	    "Unindexed branches never finish searching"),
	  L("A plain search for a function that I can see in {repo} gives no result at all.", "Every regular expression with an alternation ends in a timeout after {n} seconds.",
	    "The first query of the day takes {n} seconds, later ones are instant.", "With `repo:{repo}` the file is found, without it it is not.",
	    "Two people with the same permissions get different numbers of results: {n} and {bign}."),
	  L("level=warn msg=\"shard not ready\" repo={repo} age={n}m", "level=error msg=\"search timed out\" took={n}.2s limit=60s service={service}",
	    "level=info msg=\"index queue\" waiting={bign} running=4 service={service}"),
	  L("Could you send the page address of one such search, with `&trace=1` at its end?", "Please look at Site admin, Repositories, and tell me what it says for {repo} under “indexed”.",
	    "How many cores and how much memory does {service} have?", "Does the same query work with `type:file` in front?"),
	  L("The index of {repo} was older than its last push: the queue had {bign} entries because one repository failed again and again.",
	    "The files are larger than the size limit for indexing, so they are left out.", "Your pattern has a leading wildcard; since {version} that is no longer answered by the index."),
	  L("Raise the limit in the site settings (`search.largeFiles`) for the paths you need; the next index run picks it up.", "Remove the failing repository from the queue, then restart {service} once.",
	    "Put a literal word beside the pattern, for example the name of the function: then the index narrows it down first.") },
	{ "batch_changes", L("executors", "publishing", "templates", "credentials"),
	  L("Batch change stays in “queued” for hours", "Batch change opens pull requests as the wrong user", "Executor VMs stay in “starting” after the {version} upgrade",
	    "Changesets lose their labels when rebased", "Batch spec with {n} workspaces fails at step 2", "How do we limit batch changes to one group?"),
	  L("No batch change starts any more. The executor VMs come up and then nothing happens.", "Of {bign} changesets, {n} stay in “processing”; retrying does not help.",
	    "The pull requests are opened by the person who wrote the spec instead of by our bot.", "Step 2 runs `gofmt` and ends with exit code 137 on {n} of the workspaces."),
	  L("level=error msg=\"heartbeat refused\" err=\"unexpected status 403\" job={service}", "level=warn msg=\"workspace failed\" step=2 exit=137 repo={repo}",
	    "level=info msg=\"dequeued\" queue=batches wait={n}m service={service}"),
	  L("Which variables does the executor's environment set that begin with EXECUTOR_? The names are enough, no values please.", "Could you run `executor validate` on one of the machines and send what it prints?",
	    "Is there a proxy between executor and instance, and does it rewrite the Authorization header?", "What does the spec's `steps` part look like? Please leave out tokens."),
	  L("The executor token is read from a new variable since {version}; the old one is ignored without a word.", "Exit code 137 is the kernel's out-of-memory killer: the step gets 1 GB by default.",
	    "Without a service credential, the author's own credential is used."),
	  L("Set the token under the new name and restart the executors; queued jobs start within a minute.", "Give the step more memory (`resources.memory: 4g`) or split the workspace by folder.",
	    "Add a global service credential under Site admin, Batch changes; new changesets are opened by it.") },
	{ "permissions", L("sync", "performance", "github", "gitlab", "perforce"),
	  L("Permission sync falls behind by hours with {bign} repositories", "User sees repositories of a project they left", "Explicit permissions API answers 200 but changes nothing",
	    "New hires of {group} see no repository for a day", "Rate limit reached by permission sync"),
	  L("People who joined a project see its code only hours later.", "Somebody left {group} {day} and still finds its code in search.",
	    "The permission page says “last sync: {n} hours ago” for nearly everybody.", "The API call gives 200, but the count of users stays at {n}."),
	  L("level=warn msg=\"sync queue\" user_jobs={bign} repo_jobs={n} oldest={n}h", "level=error msg=\"code host rate limit\" remaining=0 reset={n}m host=code.internal",
	    "level=info msg=\"permissions synced\" user={n} repos={bign} took={n}s"),
	  L("How many users and repositories are there, and how many groups does a typical user belong to?", "Does the log of `repo-updater` mention rate limits in the last day?",
	    "Could you press “Schedule now” for one such user and send the line that appears?"),
	  L("User-centric and repository-centric sync both run, and together they use up the code host's rate limit.", "The group cache was switched off, so every user costs one request per group.",
	    "The job queue is worked off by one worker; with your number of users that takes about {n} hours."),
	  L("Switch on the group cache (72 h) for this connection and let webhooks trigger the rest.", "Raise the concurrency to 4 and use a second token for the sync.",
	    "Set the sync back-off for users that did not sign in for 30 days.") },
	{ "sso", L("saml", "oidc", "scim", "sessions"),
	  L("SSO loop for two of our groups", "SAML assertion refused since the certificate changed", "OIDC sign-in creates a second account", "SCIM removes users that are still active",
	    "Users are signed out every {n} minutes"),
	  L("After the password they land on the sign-in page again, without a message. Others in the same office can sign in.", "Since {day} every sign-in ends with “invalid assertion”.",
	    "Signing in by OIDC made a second account with the same address, without any history.", "Our SCIM provider sends an update and {n} people are deactivated."),
	  L("level=error msg=\"saml: assertion invalid\" err=\"certificate signature mismatch\"", "level=warn msg=\"session not stored\" cookie_bytes=4{n} reason=\"cookie too large\"",
	    "level=info msg=\"scim patch\" op=replace path=active value=\"False\" users={n}"),
	  L("Could you send the assertion with values blanked, so that I see which attributes are there?", "How many groups are sent for a person who cannot sign in?",
	    "Is the clock of the instance right? `timedatectl` on the host tells."),
	  L("The group list makes the session cookie larger than 4 KB, and the browser throws it away.", "The identity provider signs with the new certificate while the metadata still hold the old one.",
	    "The provider sends `active` as the text \"False\", which was read as true before {version}."),
	  L("Send only the groups that matter: a filter in the identity provider, or `groupsFilter` on our side.", "Load the metadata by address instead of pasting them; they renew themselves then.",
	    "Update to the next patch release; until then map `active` to a real boolean.") },
	{ "gitserver", L("disk", "clone", "lfs", "ssh"),
	  L("Gitserver disk alert after adding the monorepo", "Clone of {repo} never finishes", "`fatal: early EOF` while fetching {repo}", "Repositories are cloned again after every restart",
	    "SSH key works by hand but not for the instance"),
	  L("The disk of {service} is {pct}% full, and it was 60% last week.", "{repo} has been “cloning” for {n} hours.", "After each restart about {bign} repositories are cloned again.",
	    "`git fetch` by hand from the same host works without trouble."),
	  L("level=error msg=\"fetch failed\" repo={repo} err=\"fatal: early EOF\" took={n}m", "level=warn msg=\"disk pressure\" free={n}GB wanted=200GB service={service}",
	    "level=info msg=\"cleanup\" removed={n} reason=\"wrong shard\" service={service}"),
	  L("What does `df -h /data/repos` say on {service}, and how large is the largest repository there?", "Please run `git count-objects -vH` inside {repo} and send the output.",
	    "How many shards are configured, and was that number changed lately?"),
	  L("The number of shards was changed, so each repository belongs to another one now and the old copies wait for the cleanup.", "{repo} carries {n} GB of unreachable objects; gc was killed by its time limit.",
	    "The code host ends connections after {n} minutes, and the first clone takes longer."),
	  L("Let the cleanup finish (it removes {n} GB an hour), and leave the shard count alone meanwhile.", "Raise `gitMaxFetchMinutes` to 120 and start the clone once more.",
	    "Run gc on {repo} by hand once; after that the nightly one is quick.") },
	{ "code_intel", L("precise", "indexing", "hover", "cross_repo"),
	  L("Hover shows stale definitions for {language}", "Auto-indexing of {repo} fails", "“Find references” stops at the repository's border", "Upload of a {language} index ends with 413"),
	  L("Hover shows a definition that was deleted {n} commits ago.", "The index job of {repo} ends with an error after {n} minutes.", "References from other repositories are missing since {version}.",
	    "Our CI uploads an index of {n} MB and gets 413 back."),
	  L("level=error msg=\"index job failed\" repo={repo} exit=1 indexer={language}", "level=warn msg=\"upload stale\" commit={hex} distance={n} repo={repo}", "HTTP/1.1 413 Request Entity Too Large"),
	  L("Which indexer version does your CI use? Its first line of output says so.", "Is there a lower body limit in the proxy in front of the instance?", "Could you send the last 50 lines of the index job?"),
	  L("The nearest index is {n} commits behind, so the answer is an approximation.", "The proxy in front allows 50 MB; the index is larger.", "The dependency index was never uploaded for the other repository."),
	  L("Index on every merge to the main branch, not nightly; the distance then stays below ten.", "Raise the body limit of the proxy for `/.api/upload` to 500 MB.",
	    "Switch on dependency indexing for {group}'s repositories.") },
	{ "upgrade", L("migration", "downtime", "rollback", "database"),
	  L("Migration stuck at {pct}% during the upgrade to {version}", "Database grows after the upgrade from {oldversion}", "Can we skip a minor version on the way to {version}?", "Frontend does not start after the upgrade"),
	  L("The upgrade stands at {pct}% for {n} hours.", "After the upgrade the frontend restarts every {n} seconds.", "The database was {n} GB and is twice that now.", "We want to go from {oldversion} to {version} in one evening."),
	  L("level=error msg=\"migration dirty\" schema=frontend id=166{n}", "level=fatal msg=\"schema out of date\" want={version} have={oldversion}", "ERROR:  canceling statement due to lock timeout"),
	  L("Please send what `migrator drift` prints, and do not repair anything yet.", "Is there a backup from before, and how old is it?", "Which out-of-band migrations stand under Site admin, Maintenance?"),
	  L("An old replica still held a lock on the table, so the migration waited.", "The out-of-band migration of {oldversion} had not finished when the next one began.", "A temporary copy of the largest table is kept until the migration's last step."),
	  L("Stop the old replica, mark the migration as clean with the migrator, and run it again.", "Let the out-of-band migration reach 100% on {oldversion} first; then go on.", "After the last step run VACUUM on the table; the space comes back.") },
	{ "deployment", L("kubernetes", "compose", "network", "resources"),
	  L("{service} is killed for memory on Kubernetes", "Ingress gives 502 for some requests", "docker-compose: containers lose the database after a reboot", "Recommended sizes for {bign} repositories and {n} users?"),
	  L("{service} restarts about {n} times a day, always with reason OOMKilled.", "About {pct}% of requests get a 502 from the ingress.", "After the host was rebooted, two containers cannot find the database.",
	    "We would like to size the cluster before the contract starts."),
	  L("Last State: Terminated  Reason: OOMKilled  Exit Code: 137  container={service}", "upstream prematurely closed connection while reading response header, upstream: \"http://{service}:3080\"",
	    "dial tcp: lookup pgsql on 127.0.0.11:53: no such host"),
	  L("What are the requests and limits of {service}? `kubectl describe pod` shows them.", "Could you send the ingress's timeouts and body limits?", "Does a second start of the stack help, or is the error there to stay?"),
	  L("The limit was left at the small default while the number of repositories grew to {bign}.", "The ingress closes idle connections after 60 s, and streaming search is quiet for longer.", "The containers start before the network's name server answers."),
	  L("Give {service} 8 GB and let it run for a day; the graph should become flat.", "Set the ingress's read timeout to 300 s and switch off buffering for `/.api/`.", "Add a health check to the database and `depends_on` with its condition.") },
	{ "api", L("graphql", "tokens", "webhooks", "rate_limit"),
	  L("GraphQL query for {bign} repositories stops at 1,000", "Access token stops working after {n} days", "Webhook deliveries arrive twice", "429 from the API in our nightly job"),
	  L("The query returns 1,000 nodes, whatever `first` says.", "Our token worked for {n} days and is refused since {day}.", "Each push gives two deliveries with the same body.", "The nightly export gets 429 after {n} requests."),
	  L("{\"errors\":[{\"message\":\"first may not be above 1000\",\"path\":[\"repositories\"]}]}", "HTTP/1.1 429 Too Many Requests  retry-after: {n}", "level=warn msg=\"webhook handled twice\" delivery={hex}"),
	  L("Could you send the query, with names changed where needed?", "Which scopes does the token have, and was its owner deactivated meanwhile?", "Do both deliveries carry the same delivery id?"),
	  L("Pages are capped; `pageInfo.endCursor` leads to the next one.", "The token's owner was deactivated by SCIM, and tokens end with their owner.", "Two webhooks are configured for the organisation and its repository."),
	  L("Walk the pages by cursor; an example is in the API documentation under “Pagination”.", "Make a token for a service account instead of a person.", "Remove the repository's own webhook; the organisation's one is enough.") },
	{ "insights", L("backfill", "dashboards", "capture_groups"),
	  L("Code insight shows zero for last year", "Backfill of an insight over {bign} repositories never ends", "Dashboard loads for {n} seconds", "How is “percentage of {language}” counted?"),
	  L("All points before {day} are zero, although the code was there.", "The series is “processing” for {n} days.", "Opening our dashboard with {n} insights takes very long."),
	  L("level=info msg=\"backfill\" series={n} done={pct}% repos={bign}", "level=warn msg=\"insight query slow\" took={n}s series={n}"),
	  L("How many repositories does the insight cover, and since when are they cloned?", "Could you send the definition, as the “export” button writes it?"),
	  L("Points before a repository was cloned are counted as zero, not left out.", "The backfill runs at low priority and shares its workers with other jobs.", "Each insight runs {n} queries when the dashboard opens; nothing is cached for filtered views."),
	  L("Limit the insight to the repositories that matter, and the backfill ends within a day.", "Set `insights.backfill.workers` to 4 over the weekend.", "Save the filtered view as an insight of its own: then it is stored.") },
	{ "editor", L("vscode", "jetbrains", "completion", "proxy"),
	  L("Editor extension cannot sign in behind our proxy", "Completions stopped in {language} files", "JetBrains plugin freezes when opening {repo}", "Which addresses must be open for the editor extension?"),
	  L("The extension says “not authenticated”, although the token works in curl.", "Since {day} there are no completions in {language}; other languages are fine.", "The editor freezes for {n} seconds when a file is opened."),
	  L("[error] request to https://search.internal/.api/graphql failed, reason: self signed certificate in certificate chain", "[warn] completion cancelled after {n}000ms language={language}"),
	  L("Which version of the editor and the extension is it? Help, About tells both.", "Does the proxy replace certificates, and does the editor know the proxy's own?", "Could you send the extension's output, level “debug”?"),
	  L("The proxy replaces certificates, and the editor does not read the system's store.", "The language was switched off in the site settings by an earlier experiment.", "The plugin asks for the whole file tree at once; with {bign} files that blocks the editor."),
	  L("Point `NODE_EXTRA_CA_CERTS` to the proxy's certificate and start the editor again.", "Switch the language on again under Site admin, Features.", "Update the plugin: since last week's release the tree is loaded folder by folder.") },
	{ "monitoring", L("alerts", "grafana", "tracing"),
	  L("Alert “frontend: 5xx” fires every night", "Grafana shows no data since {day}", "How do we send traces to our own collector?", "Alert mail goes to the wrong address"),
	  L("Every night at {clock} the alert fires and ends by itself {n} minutes later.", "All panels say “no data” since {day}.", "Alert mails still go to somebody who left."),
	  L("level=warn msg=\"alert\" name=frontend_5xx value={n} threshold=5 for=5m", "level=error msg=\"scrape failed\" target={service}:6060 err=\"context deadline exceeded\""),
	  L("Which jobs run at {clock} on your side? A backup, perhaps?", "Could you send a screenshot of the targets page of Prometheus?"),
	  L("The nightly backup takes a lock that makes requests wait.", "The scrape targets changed their names with {version}.", "The observability settings hold the old address in a second place."),
	  L("Take the backup from the replica, and the alert stays quiet.", "Take over the new scrape configuration from the release notes.", "Change the address in `observability.alerts` and save; a test alert goes out at once.") },
};
const size_t demo_n_areas = sizeof(demo_areas) / sizeof(demo_areas[0]);
