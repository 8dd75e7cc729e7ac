import './seal-open.js'
import './middleware.js'
