using System.Buffers.Binary;
using Duramen.Core.Binary;
using Duramen.Core.Checksums;
using Duramen.Core.Ids;
using Duramen.Disk;
using Duramen.Disk.Memory;
using Duramen.Log;
using Duramen.Records.Batches;
using Duramen.Storage.Folders;
using Duramen.Storage.Journaling;
using Duramen.Storage.Logs;
using Xunit;

namespace Duramen.Storage.Tests.Allocations;

/// <summary>
/// What a record costs in allocated memory, on all threads of the process: nothing of its own. What is left is what a call, a checkpoint or an
/// interval of the index allocates, shared out over its records.
/// </summary>
[Collection(MeasuredAlone.Name)]
public sealed class AllocationTests
{
    private const int RecordsPerBatch = 100;
    private const int RecordSizeBytes = 100;
    private const int Records = 200_000;
    private const int Rounds = 12;

    [Fact]
    public async Task Appending_and_flushing_prebuilt_batches_allocates_less_than_a_byte_for_each_record()
    {
        var disk = new MemoryDisk();
        await using DataFolder folder = await OpenAsync(disk);
        DiskLog log = await folder.CreateLogAsync("a log");
        byte[] batch = MakeBatch();
        async Task<int> AppendAndFlushAsync()
        {
            await AppendAsync(log, batch);
            folder.Checkpoint();
            return Records;
        }

        await AppendAndFlushAsync();
        MakeRoom(disk, log, batch);

        await AssertAllocatesLittleAsync(AppendAndFlushAsync);
        Assert.Equal(new Offset((1 + Rounds) * Records), log.Watermarks.End);
    }

    [Fact]
    public async Task Checking_the_producer_of_prebuilt_batches_allocates_less_than_a_byte_for_each_record()
    {
        var disk = new MemoryDisk();
        await using DataFolder folder = await OpenAsync(disk);
        DiskLog log = await folder.CreateLogAsync("a log");
        byte[] batch = MakeBatch();
        int sequence = 0;
        async Task<int> ProduceAndFlushAsync()
        {
            for (int appended = 0; appended < Records; appended += RecordsPerBatch)
            {
                SetSequence(batch, sequence);
                sequence += RecordsPerBatch;
                await log.AppendAsync(batch, new AppendOptions(Producer: ProducerCheck.Sequences));
            }

            folder.Checkpoint();
            return Records;
        }

        await ProduceAndFlushAsync();
        MakeRoom(disk, log, batch);

        await AssertAllocatesLittleAsync(ProduceAndFlushAsync);
        Assert.Equal(new Offset((1 + Rounds) * Records), log.Watermarks.End);
    }

    [Theory]
    [InlineData(true)]
    [InlineData(false)]
    public async Task Streaming_allocates_less_than_a_byte_for_each_record(bool isFlushed)
    {
        var disk = new MemoryDisk();
        await using DataFolder folder = await OpenAsync(disk);
        DiskLog log = await folder.CreateLogAsync("a log");
        await AppendAsync(log, MakeBatch());
        if (isFlushed)
        {
            folder.Checkpoint();
        }

        // The records fill more than one journal file; the third is made in the background, and has to be there before anything is counted.
        while (!disk.FileExists($"{folder.Context.JournalPath}/{JournalFiles.NameOf(2)}"))
        {
            await Task.Delay(10);
        }

        await AssertAllocatesLittleAsync(() => ReadAsync(log));
    }

    // The least of several rounds counts: in some the journal makes a further file, and now and then the test runner allocates too.
    private static async Task AssertAllocatesLittleAsync(Func<Task<int>> round)
    {
        long least = long.MaxValue;
        for (int count = 0; count < Rounds; count++)
        {
            long before = GC.GetTotalAllocatedBytes(precise: true);
            int records = await round();
            long allocatedBytes = GC.GetTotalAllocatedBytes(precise: true) - before;
            Assert.Equal(Records, records);
            least = Math.Min(least, allocatedBytes);
        }

        Assert.True(least < Records, $"{least} bytes for {Records} records");
    }

    private static async Task<DataFolder> OpenAsync(MemoryDisk disk) =>
        await DataFolder.OpenAsync(disk, "/data", new StorageOptions { MaintenanceInterval = TimeSpan.Zero });

    // A disk in memory allocates every byte of a file once. A file that reaches far enough already leaves what the log itself allocates.
    private static void MakeRoom(MemoryDisk disk, DiskLog log, byte[] batch)
    {
        byte[] zeros = new byte[Rounds * (Records / RecordsPerBatch) * batch.Length];
        using IDiskFile file = disk.Open(log.Segments[^1].FilePath, DiskFileMode.Existing);
        file.Write(zeros, file.Length);
    }

    private static async Task AppendAsync(DiskLog log, byte[] batch)
    {
        for (int appended = 0; appended < Records; appended += RecordsPerBatch)
        {
            await log.AppendAsync(batch);
        }
    }

    private static async Task<int> ReadAsync(DiskLog log)
    {
        int records = 0;
        Offset next = Offset.Zero;
        while (true)
        {
            using LogSlice slice = await log.ReadAsync(next, ReadLimits.Default);
            if (slice.Batches.IsEmpty)
            {
                return records;
            }

            records += Count(slice.Batches.Span);
            next = slice.NextOffset;
        }
    }

    private static int Count(ReadOnlySpan<byte> batches)
    {
        int records = 0;
        while (RecordBatchView.TryRead(batches, out RecordBatchView batch))
        {
            records += batch.RecordCount;
            batches = batches[batch.SizeBytes..];
        }

        return records;
    }

    private static void SetSequence(byte[] batch, int sequence)
    {
        BinaryPrimitives.WriteInt64BigEndian(batch.AsSpan(RecordBatchLayout.ProducerId), 1);
        BinaryPrimitives.WriteInt16BigEndian(batch.AsSpan(RecordBatchLayout.ProducerEpoch), 0);
        BinaryPrimitives.WriteInt32BigEndian(batch.AsSpan(RecordBatchLayout.BaseSequence), sequence);
        BinaryPrimitives.WriteUInt32BigEndian(batch.AsSpan(RecordBatchLayout.Crc), Crc32C.Compute(batch.AsSpan(RecordBatchLayout.Attributes)));
    }

    private static byte[] MakeBatch()
    {
        using RecordBatchBuilder builder = new();
        byte[] value = new byte[RecordSizeBytes];
        for (int index = 0; index < RecordsPerBatch; index++)
        {
            builder.Append(index, NullableBytes.Null, value);
        }

        return builder.Build().ToArray();
    }
}
