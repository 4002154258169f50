// Calls every part of jsforce, as published, beside what check.js and queries.js do: each method with success, and each
// part with an error.
//
// Usage: MOCKORG_URL=http://127.0.0.1:1234 MOCKORG_ACCESS_TOKEN=00D… node apis.js jsforce
'use strict';

require('./apis/connection.js');
require('./apis/collections.js');
require('./apis/presentation.js');
require('./apis/bulk.js');
require('./apis/bulk2.js');
require('./apis/soap.js');
require('./apis/metadata.js');
require('./apis/rest.js');
require('./apis/oauth2.js');

require('./steps.js').runSteps();
