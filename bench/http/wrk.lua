-- Requests of browsers that are signed in: their cookies, one argument each, in turn.
local requests, at = {}, 0

function init(cookies)
  for index, cookie in ipairs(cookies) do
    wrk.headers["cookie"] = cookie
    requests[index] = wrk.format("GET")
  end
end

function request()
  at = at % #requests + 1
  return requests[at]
end

function done(summary, latency)
  local errors = summary.errors
  local wrong = errors.connect + errors.read + errors.write + errors.status + errors.timeout
  local told = '{"requests":%d,"seconds":%f,"p50":%f,"p99":%f,"bytes":%d,"wrong":%d}\n'
  local p50, p99 = latency:percentile(50) / 1e3, latency:percentile(99) / 1e3
  io.write(string.format(told, summary.requests, summary.duration / 1e6, p50, p99, summary.bytes, wrong))
end
