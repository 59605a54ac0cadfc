using Duramen.Core.Errors;

namespace Duramen.Disk.Posix;

/// <summary>A file of the operating system, reached through the C library.</summary>
internal sealed class PosixFile : IDiskFile
{
    private readonly FileDescriptor _descriptor;
    private readonly bool _aligned;
    private volatile bool _direct;
    private volatile int _syncError;

    /// <param name="path">Where the file was opened.</param>
    /// <param name="descriptor">Owned from now on; opened with O_DSYNC for <see cref="DiskFileCache.DirectDurable"/>.</param>
    /// <param name="cache">What the caller asked for.</param>
    public PosixFile(string path, FileDescriptor descriptor, DiskFileCache cache)
    {
        Path = path;
        _descriptor = descriptor;
        _aligned = cache == DiskFileCache.DirectDurable;

        // O_DIRECT is switched on after opening because a file system without it may create the file and then refuse the flag.
        // Where it is refused, O_DSYNC alone keeps the promise: a buffered write, and a sync before it returns.
        _direct = _aligned && LibC.Control(descriptor, LibC.SetStatusFlags, OpenFlags.Direct) == 0;
    }

    public string Path { get; }

    public long Length
    {
        get
        {
            // No call here uses the descriptor's own position, so moving it is how to ask for the length alone.
            long length = LibC.Seek(_descriptor, 0, LibC.SeekEnd);
            return length >= 0 ? length : throw PosixErrors.Of(LibC.LastError, Path, "asking for the length");
        }
    }

    public unsafe int Read(Span<byte> destination, long position)
    {
        Invariant.Holds(position >= 0);
        if (_aligned)
        {
            DirectAccess.Check(destination, position);
        }

        int done = 0;
        fixed (byte* memory = destination)
        {
            while (done < destination.Length)
            {
                bool direct = _direct;
                nint count = LibC.Read(_descriptor, memory + done, (nuint)(destination.Length - done), position + done);
                if (count > 0)
                {
                    done += (int)count;
                    if (_aligned && done % AlignedBuffer.AlignmentBytes != 0)
                    {
                        // A direct read stops off a block's edge only at the end of the file, and could not go on from there.
                        break;
                    }
                }
                else if (count == 0)
                {
                    break;
                }
                else if (LibC.LastError is int error && error != LinuxError.Interrupted && !(direct && LeftDirect(error)))
                {
                    throw PosixErrors.Of(error, Path, $"reading {destination.Length - done} bytes at {position + done}");
                }
            }
        }

        return done;
    }

    public unsafe void Write(ReadOnlySpan<byte> data, long position)
    {
        Invariant.Holds(position >= 0);
        if (_aligned)
        {
            DirectAccess.Check(data, position);
        }

        int done = 0;
        fixed (byte* memory = data)
        {
            while (done < data.Length)
            {
                bool direct = _direct;
                nint count = LibC.Write(_descriptor, memory + done, (nuint)(data.Length - done), position + done);
                if (count > 0)
                {
                    done = AfterShortWrite(done, (int)count);
                }
                else if (count == 0)
                {
                    throw new DiskException(
                        DiskErrors.InputOutput,
                        Path,
                        $"writing {data.Length - done} bytes at {position + done} wrote nothing and gave no error",
                        "Check the device, its file system and the kernel log.");
                }
                else if (LibC.LastError is int error && error != LinuxError.Interrupted && !(direct && LeftDirect(error)))
                {
                    throw PosixErrors.Of(error, Path, $"writing {data.Length - done} bytes at {position + done}");
                }
            }
        }
    }

    public bool TryReserve(long position, long lengthBytes)
    {
        Invariant.Holds(position >= 0 && lengthBytes > 0);
        while (LibC.Allocate(_descriptor, LibC.KeepSize, position, lengthBytes) != 0)
        {
            int error = LibC.LastError;
            if (error is LinuxError.NotSupported or LinuxError.NotImplemented)
            {
                return false;
            }

            if (error != LinuxError.Interrupted)
            {
                throw PosixErrors.Of(error, Path, $"reserving {lengthBytes} bytes at {position}");
            }
        }

        return true;
    }

    public void SetLength(long lengthBytes)
    {
        Invariant.Holds(lengthBytes >= 0);
        while (LibC.SetLength(_descriptor, lengthBytes) != 0)
        {
            int error = LibC.LastError;
            if (error != LinuxError.Interrupted)
            {
                throw PosixErrors.Of(error, Path, $"setting the length to {lengthBytes} bytes");
            }
        }
    }

    public void StartWriteback(long position, long lengthBytes)
    {
        Invariant.Holds(position >= 0 && lengthBytes >= 0);
        if (lengthBytes > 0)
        {
            // Only starting, never waiting: a wait would consume a write-back error that the next sync has to report. Zero would mean
            // "to the end of the file". What this call itself answers is of no consequence, since the sync tells.
            _ = LibC.SyncRange(_descriptor, position, lengthBytes, LibC.StartWrite);
        }
    }

    public void Sync()
    {
        // The kernel reports a failed write-back once and then calls the pages clean, so a second sync would claim success falsely.
        while (_syncError == 0 && LibC.SyncData(_descriptor) != 0)
        {
            int error = LibC.LastError;
            if (error != LinuxError.Interrupted)
            {
                _syncError = error;
            }
        }

        if (_syncError != 0)
        {
            throw PosixErrors.OfSync(_syncError, Path, "syncing the data");
        }
    }

    public void Dispose() => _descriptor.Dispose();

    /// <summary>Gives up direct access where the file system refuses this one; true when the operation is worth another try.</summary>
    private bool LeftDirect(int error) => error == LinuxError.InvalidArgument && LeaveDirect();

    private bool LeaveDirect()
    {
        // The system first: who sees the field false must not meet the flag still set.
        if (LibC.Control(_descriptor, LibC.SetStatusFlags, 0) != 0)
        {
            return false;
        }

        _direct = false;
        return true;
    }

    /// <summary>Where to go on: a direct write may go on only at a block's edge, and writing the same bytes twice is harmless.</summary>
    private int AfterShortWrite(int done, int count)
    {
        int next = done + count;
        if (!_direct)
        {
            return next;
        }

        int edge = next & ~(AlignedBuffer.AlignmentBytes - 1);
        if (edge == done)
        {
            // Less than one block at a time, as on an almost full file system of small blocks: finish through the page cache.
            LeaveDirect();
        }

        return edge;
    }
}
