import { useState } from 'react';
import { useTranslation } from 'react-i18next';
import { useConsole, useShell } from '../../stores/hooks.tsx';
import { Button } from '../../ui/button.tsx';
import { FileBrowser } from './file-browser.tsx';

/** Asks for a SQLite file: with the host's own dialog where it has one, else with the console's browser. */
export function ChooseFile({ onPick, onError }: { onPick: (path: string) => void; onError: (error: unknown) => void }) {
  const { t } = useTranslation();
  const { client } = useConsole();
  const native = useShell((state) => state.info?.nativeDialogs ?? false);
  const [browsing, setBrowsing] = useState(false);
  const choose = (): void => {
    if (!native) return setBrowsing(true);
    client.call('files/choose', { purpose: 'sqlite' }).then((answer) => {
      if (!answer.native) setBrowsing(true);
      else if (answer.path !== null) onPick(answer.path);
    }, onError);
  };
  return (
    <>
      <Button onClick={choose}>{t('files.choose')}</Button>
      <FileBrowser
        open={browsing}
        onClose={() => setBrowsing(false)}
        onPick={(path) => {
          setBrowsing(false);
          onPick(path);
        }}
      />
    </>
  );
}
