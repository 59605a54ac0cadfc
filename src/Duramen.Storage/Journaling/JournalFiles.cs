using System.Globalization;
using Duramen.Disk;

namespace Duramen.Storage.Journaling;

/// <summary>
/// The files that the journal is written to in turn: of one size, filled with zeros before their first use, and used again when everything in
/// them is in segments, so that a sync of the journal never has to write metadata. Safe to call from any thread.
/// </summary>
internal sealed class JournalFiles : IDisposable
{
    private readonly IDisk _disk;
    private readonly string _folder;
    private readonly int _fileSizeBytes;
    private readonly int _filesMax;
    private readonly Lock _lock = new();
    private readonly Lock _creating = new();
    private readonly List<Slot> _slots = [];
    private long _neededFrom;

    public JournalFiles(IDisk disk, string folder, int fileSizeBytes, int filesMax)
    {
        _disk = disk;
        _folder = folder;
        _fileSizeBytes = fileSizeBytes;
        _filesMax = filesMax;
        foreach (string name in disk.ListFiles(folder))
        {
            if (TryParseName(name, out int number) && number == _slots.Count && disk.FileLength($"{folder}/{name}") > 0)
            {
                _slots.Add(new Slot(OpenSlot(number)));
            }
        }
    }

    /// <summary>The number of files.</summary>
    public int Count
    {
        get
        {
            lock (_lock)
            {
                return _slots.Count;
            }
        }
    }

    /// <summary>The number of files that cannot be reused yet, because a group in them is still needed.</summary>
    public int FilesInUse
    {
        get
        {
            lock (_lock)
            {
                return _slots.Count(slot => slot.LastSequence >= _neededFrom && slot.LastSequence > 0);
            }
        }
    }

    /// <summary>The most files there can be.</summary>
    public int FilesMax => _filesMax;

    public static string NameOf(int number) => string.Create(CultureInfo.InvariantCulture, $"{number:D3}.journal");

    public static bool TryParseName(string name, out int number)
    {
        number = 0;
        return name.EndsWith(".journal", StringComparison.Ordinal)
            && name.Length == 11
            && int.TryParse(name.AsSpan(0, 3), NumberStyles.None, CultureInfo.InvariantCulture, out number);
    }

    public IDiskFile File(int number)
    {
        lock (_lock)
        {
            return _slots[number].File;
        }
    }

    public long SizeBytes(int number) => File(number).Length;

    /// <summary>The size of the smallest file, which every group must fit. Files may differ when the folder was opened with other options before.</summary>
    public long SmallestBytes
    {
        get
        {
            lock (_lock)
            {
                return _slots.Min(slot => slot.File.Length) / StorageLimits.JournalBlockBytes * StorageLimits.JournalBlockBytes;
            }
        }
    }

    /// <summary>Notes that a group was written to a file.</summary>
    public void Used(int number, long sequence)
    {
        lock (_lock)
        {
            _slots[number].LastSequence = sequence;
        }
    }

    /// <summary>
    /// Takes a file that holds nothing needed, other than the one in use. False when every file is needed and there may be no more.
    /// </summary>
    /// <exception cref="DiskException">A further file could not be made.</exception>
    public bool TryTakeFree(int current, out int number)
    {
        if (TryFindFree(current, out number))
        {
            return true;
        }

        lock (_creating)
        {
            // The maintenance thread may have made one while this thread waited for the lock.
            if (TryFindFree(current, out number))
            {
                return true;
            }

            number = Count;
            if (number >= _filesMax)
            {
                return false;
            }

            Create(number);
            return true;
        }
    }

    /// <summary>
    /// Makes a further file ahead of its need when no other than the one in use is free, so that the committer does not have to wait for one.
    /// </summary>
    public void PrepareSpare(int current)
    {
        lock (_creating)
        {
            if (!TryFindFree(current, out _) && Count < _filesMax)
            {
                Create(Count);
            }
        }
    }

    /// <summary>Says that no group before this one is needed any more.</summary>
    public void Free(long before)
    {
        lock (_lock)
        {
            _neededFrom = Math.Max(_neededFrom, before);
        }
    }

    public void Dispose()
    {
        foreach (Slot slot in _slots)
        {
            slot.File.Dispose();
        }
    }

    private bool TryFindFree(int current, out int number)
    {
        lock (_lock)
        {
            for (int step = 1; step <= _slots.Count; step++)
            {
                number = (current + step) % _slots.Count;
                if (number != current && _slots[number].LastSequence < _neededFrom)
                {
                    return true;
                }
            }

            number = -1;
            return false;
        }
    }

    // A file that is not filled yet has another name, so that a crash while it is being filled leaves nothing that looks like a journal.
    private void Create(int number)
    {
        string path = $"{_folder}/{NameOf(number)}";
        string temporary = path + ".new";
        _disk.DeleteFile(temporary);
        try
        {
            using IDiskFile file = _disk.Open(temporary, DiskFileMode.CreateNew);
            byte[] zeros = new byte[Math.Min(_fileSizeBytes, 1 << 20)];
            for (int position = 0; position < _fileSizeBytes; position += zeros.Length)
            {
                file.Write(zeros.AsSpan(0, Math.Min(zeros.Length, _fileSizeBytes - position)), position);
            }

            file.Sync();
        }
        catch (DiskException exception) when (exception.Code == DiskErrors.Full)
        {
            _disk.DeleteFile(temporary);
            throw;
        }

        _disk.Rename(temporary, path);
        _disk.SyncFolder(_folder);
        var slot = new Slot(OpenSlot(number));
        lock (_lock)
        {
            _slots.Add(slot);
        }
    }

    private IDiskFile OpenSlot(int number) =>
        _disk.Open($"{_folder}/{NameOf(number)}", DiskFileMode.Existing, DiskFileCache.DirectDurable);

    private sealed class Slot(IDiskFile file)
    {
        public IDiskFile File => file;

        public long LastSequence { get; set; }
    }
}
