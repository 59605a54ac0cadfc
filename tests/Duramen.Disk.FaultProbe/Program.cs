using Duramen.Core.Errors;
using Duramen.Disk;
using Duramen.Disk.Posix;

// Carries out a few disk operations, one line of outcome each, so that a test can watch them fail under injected faults.
var disk = new PosixDisk();
string path = args[1];
switch (args[0])
{
    case "sync":
        using (IDiskFile file = disk.Open(path, DiskFileMode.OpenOrCreate))
        {
            for (int i = 0; i < 3; i++)
            {
                file.Write("synced or not"u8, i * 100);
                Report(file.Sync);
            }
        }

        return 0;
    case "sync-folder":
        Report(() => disk.SyncFolder(path));
        return 0;
    case "reserve":
        using (IDiskFile file = disk.Open(path, DiskFileMode.OpenOrCreate))
        {
            try
            {
                Console.WriteLine(file.TryReserve(0, 4096));
            }
            catch (DiskException error)
            {
                Console.WriteLine($"{error.Code} {error.Message}");
            }
        }

        return 0;
    case "write":
        using (IDiskFile file = disk.Open(path, DiskFileMode.OpenOrCreate))
        {
            Report(() => file.Write(new byte[10_000], 0));
            Report(() => file.Write(new byte[10_000], 0));
            Console.WriteLine(file.Length);
        }

        return 0;
    case "write-direct":
        using (IDiskFile file = disk.Open(path, DiskFileMode.OpenOrCreate, DiskFileCache.DirectDurable))
        using (var buffer = new AlignedBuffer(5 * AlignedBuffer.AlignmentBytes))
        {
            for (int i = 0; i < buffer.Length; i++)
            {
                buffer.GetSpan()[i] = (byte)(i / 100);
            }

            byte[] expected = buffer.GetSpan().ToArray();
            Report(() => file.Write(buffer.GetSpan(), 0));
            buffer.GetSpan().Clear();
            Report(() => file.Read(buffer.GetSpan(), 0));
            Console.WriteLine(buffer.GetSpan().SequenceEqual(expected) ? "same" : "different");
        }

        return 0;
    case "lock":
        using (IDisposable? held = disk.TryLock(path))
        {
            Console.WriteLine(held is null ? "refused" : "locked");
            Console.In.ReadLine();
        }

        return 0;
    default:
        return 2;
}

static void Report(Action operation)
{
    try
    {
        operation();
        Console.WriteLine("ok");
    }
    catch (DuramenException error)
    {
        Console.WriteLine($"{error.Code} {error.Message}");
    }
}
