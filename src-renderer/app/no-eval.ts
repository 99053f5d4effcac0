import { z } from 'zod';

// The content security policy forbids eval; zod would probe for it and leave a message in the browser's console.
z.config({ jitless: true });
