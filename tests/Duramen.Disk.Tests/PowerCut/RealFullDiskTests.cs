using Duramen.Disk.Posix;
using Duramen.Disk.Simulated;
using Duramen.Testing.PowerCut;
using Xunit;
using Xunit.Abstractions;

namespace Duramen.Disk.Tests.PowerCut;

/// <summary>
/// What a full disk does, on a small real ext4 and on the simulated disk. Where the machine cannot mount one, the output says so.
/// </summary>
public sealed class RealFullDiskTests(ITestOutputHelper output)
{
    private const int SizeMiB = 16;

    [Theory]
    [InlineData(DiskFileCache.Buffered)]
    [InlineData(DiskFileCache.DirectDurable)]
    public void A_write_to_a_full_disk_is_refused_and_works_again_after_room_is_made(DiskFileCache cache)
    {
        using var memory = new AlignedBuffer(1 << 20);
        memory.GetSpan().Fill(9);
        OnEachDisk((disk, root) =>
        {
            using IDiskFile file = disk.Open($"{root}/file", DiskFileMode.CreateNew, cache);
            using (IDiskFile ballast = disk.Open($"{root}/ballast", DiskFileMode.CreateNew))
            {
                ballast.Write(memory.GetSpan(), 0);
                ballast.Write(memory.GetSpan(), memory.Length);
            }

            long position = 0;
            DiskException? full = null;
            while (full is null)
            {
                Assert.True(position < SizeMiB << 20);
                full = Try(() => file.Write(memory.GetSpan(), position));
                position += full is null ? memory.Length : 0;
            }

            Assert.Equal(DiskErrors.Full, full.Code);
            Assert.InRange(file.Length, position, position + memory.Length - 1);
            disk.DeleteFile($"{root}/ballast");
            file.Write(memory.GetSpan(), position);
            file.Sync();
            byte[] content = new byte[position + memory.Length];
            using IDiskFile reader = disk.Open($"{root}/file", DiskFileMode.Existing);
            Assert.Equal(content.Length, reader.Read(content, 0));
            Assert.Equal(-1, content.AsSpan().IndexOfAnyExcept((byte)9));
        });
    }

    [Fact]
    public void Reserved_room_can_be_written_on_a_full_disk() => OnEachDisk((disk, root) =>
    {
        using IDiskFile file = disk.Open($"{root}/file", DiskFileMode.CreateNew);
        using IDiskFile greedy = disk.Open($"{root}/greedy", DiskFileMode.CreateNew);
        Assert.True(file.TryReserve(0, 1 << 20));
        Assert.Equal(DiskErrors.Full, Try(() => greedy.TryReserve(0, SizeMiB << 20))?.Code);
        byte[] mebibyte = new byte[1 << 20];
        DiskException? full = null;
        for (long position = 0; full is null; position += mebibyte.Length)
        {
            Assert.True(position < SizeMiB << 20);
            full = Try(() => greedy.Write(mebibyte, position));
        }

        Assert.Equal(DiskErrors.Full, full.Code);
        file.Write(mebibyte, 0);
        file.Sync();
        Assert.Equal(1 << 20, file.Length);
    });

    private static DiskException? Try(Action operation)
    {
        try
        {
            operation();
            return null;
        }
        catch (DiskException error)
        {
            return error;
        }
    }

    private void OnEachDisk(Action<IDisk, string> scenario)
    {
        var simulated = new SimulatedDisk { CapacityBytes = (SizeMiB - 1) << 20 };
        simulated.CreateFolder("/data");
        scenario(simulated, "/data");
        if (LoopMount.WhyUnavailable is string reason)
        {
            output.WriteLine($"NO REAL FULL DISK on this machine ({reason}); only the simulated disk was tried.");
            return;
        }

        using LoopMount mount = LoopMount.Create(SizeMiB);
        scenario(new PosixDisk(), mount.Folder);
    }
}
