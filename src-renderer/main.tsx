import './app/no-eval.ts';
import './ui/theme.css';
import { mountApp } from './app/mount.tsx';
import { createClient } from './transport/index.ts';

const root = document.getElementById('root');
if (root) mountApp(root, createClient());
