using Duramen.Core.Ids;
using Duramen.Faults.Tests.Simulated;
using Duramen.Log;
using Duramen.Records.Batches;
using Duramen.Storage;
using Duramen.Storage.Logs;
using Xunit;

namespace Duramen.Faults.Tests.Damage;

/// <summary>One read of one batch, for each thing that vouches for it.</summary>
public sealed class SegmentDamageTests
{
    private const int Appends = 60;

    // A batch among intervals that the index knows, and one in the last, which it does not know yet.
    public static TheoryData<int, int, string> Damages => new()
    {
        { 20, RecordBatchLayout.Records + 100, "checksum does not match" },
        { Appends - 1, RecordBatchLayout.Records + 100, "checksum does not match" },
        { 20, RecordBatchLayout.PartitionLeaderEpoch, "not the batches that were appended" },
        { Appends - 1, RecordBatchLayout.PartitionLeaderEpoch, "not the batches that were appended" },
    };

    [Theory]
    [MemberData(nameof(Damages))]
    public async Task A_batch_with_a_damaged_byte_is_never_handed_out(int offset, int byteOfBatch, string reason)
    {
        var folder = new TestFolder();
        await folder.OpenAsync();
        await folder.CreateAsync("one");
        for (int append = 0; append < Appends; append++)
        {
            await folder.AppendAsync("one", 1000);
        }

        string path = folder.PathOf("one", ".segment");
        await folder.Open.DisposeAsync();
        folder.Disk.ProcessKill();
        int position = folder.Acknowledged["one"].Take(offset).Sum(batch => batch.Length);
        folder.Disk.FlipBit(path, position + byteOfBatch, 3);

        await folder.OpenAsync();
        DiskLog log = folder.Log("one");
        StorageException damaged = await Assert.ThrowsAsync<StorageException>(() => log.ReadAsync(new Offset(offset), new ReadLimits(1)).AsTask());
        Assert.Equal(LogErrors.Corrupt, damaged.Code);
        Assert.Contains(path, damaged.Message, StringComparison.Ordinal);
        Assert.Contains(reason, damaged.Message, StringComparison.Ordinal);
        using LogSlice slice = await log.ReadAsync(default, new ReadLimits(1));
        Assert.Equal(folder.Acknowledged["one"][0], slice.Batches.ToArray());
        await folder.Open.DisposeAsync();
    }
}
