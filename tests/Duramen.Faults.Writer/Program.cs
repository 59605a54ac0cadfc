using System.Buffers.Binary;
using System.Globalization;
using Duramen.Core.Errors;
using Duramen.Core.Ids;
using Duramen.Disk.Posix;
using Duramen.Log;
using Duramen.Records.Batches;
using Duramen.Storage;
using Duramen.Storage.Folders;
using Duramen.Storage.Logs;

// Appends under load until it is killed, and says on standard output what was acknowledged: one line "log offset round writer number" each.
//   Duramen.Faults.Writer FOLDER ROUND WRITERS [APPENDS]
// With APPENDS each writer stops after so many. The first error ends it: "error CODE", exit code 3.
string path = args[0];
int round = int.Parse(args[1], CultureInfo.InvariantCulture);
int writers = int.Parse(args[2], CultureInfo.InvariantCulture);
int appends = args.Length > 3 ? int.Parse(args[3], CultureInfo.InvariantCulture) : int.MaxValue;

var said = new Lock();
using var output = new StreamWriter(Console.OpenStandardOutput()) { AutoFlush = true };
try
{
    var options = new StorageOptions { JournalFileSizeBytes = 2 << 20, JournalFilesMax = 3, MaintenanceInterval = TimeSpan.Zero };
    DataFolder folder = await DataFolder.OpenAsync(new PosixDisk(), path, options);
    Say("open");

    // Two writers share a log.
    var logs = new DiskLog[(writers + 1) / 2];
    for (int log = 0; log < logs.Length; log++)
    {
        logs[log] = folder.FindLog($"log {log}") ?? await folder.CreateLogAsync($"log {log}", new LogOptions { SegmentSizeBytes = 1 << 20 });
    }

    await Task.WhenAll(Enumerable.Range(0, writers).Select(writer => Task.Run(() => WriteAsync(logs[writer / 2], writer))));
    await folder.DisposeAsync();
    Say("closed");
    return 0;
}
catch (DuramenException error)
{
    Say($"error {error.Code}");
    Console.Error.WriteLine(error);
    return 3;
}

async Task WriteAsync(DiskLog log, int writer)
{
    using var builder = new RecordBatchBuilder();
    for (int number = 0; number < appends; number++)
    {
        // Mostly small ones, every 16th straight to its segment.
        byte[] value = new byte[number % 16 == 15 ? 200_000 : 40 + (number * 37 % 2000)];
        value.AsSpan().Fill((byte)(round + writer + number));
        BinaryPrimitives.WriteInt32BigEndian(value, round);
        BinaryPrimitives.WriteInt32BigEndian(value.AsSpan(4), writer);
        BinaryPrimitives.WriteInt32BigEndian(value.AsSpan(8), number);
        builder.Reset();
        builder.Append(0, null, value);
        AppendResult result = await log.AppendAsync(builder.Build().ToArray());
        Say(FormattableString.Invariant($"ack {writer / 2} {result.BaseOffset} {round} {writer} {number}"));
    }
}

void Say(string line)
{
    lock (said)
    {
        output.WriteLine(line);
    }
}
