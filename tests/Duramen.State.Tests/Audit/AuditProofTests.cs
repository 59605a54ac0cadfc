using System.Buffers;
using System.Text;
using System.Text.Json;
using Duramen.Core.Ids;
using Duramen.Disk.Memory;
using Duramen.Log.Memory;
using Duramen.State.Audit;
using Duramen.State.Audit.Merkle;

namespace Duramen.State.Tests.Audit;

public sealed class AuditProofTests
{
    [Fact]
    public async Task Every_record_is_proved_against_every_seal_that_covers_it()
    {
        MemoryLog log = AuditLogs.Make(13);
        using AuditTrail trail = await AuditTrailTests.InMemoryAsync(log);
        AuditSeal[] seals = [.. Enumerable.Range(0, 14).Select(index => trail.Seal(AuditLogs.BaseOf(index)))];
        for (long offset = 0; offset < log.Watermarks.Committed.Value; offset++)
        {
            foreach (AuditSeal since in seals)
            {
                AuditProof proof = Reread(await trail.ProveAsync(new Offset(offset), since));
                Assert.Empty(AuditVerification.FindFaults(proof, [seals[^1]]));
                Assert.Empty(AuditVerification.FindFaults(proof, [since, seals[^1]]));
                Assert.Equal(proof.Index < since.Batches, AuditVerification.FindFaults(proof, [since]).Count == 0);
            }
        }
    }

    [Fact]
    public async Task A_record_after_every_seal_is_not_vouched_for()
    {
        using AuditTrail trail = await AuditTrailTests.InMemoryAsync(AuditLogs.Make(8));
        AuditSeal old = trail.Seal(AuditLogs.BaseOf(4));
        AuditProof proof = await trail.ProveAsync(AuditLogs.BaseOf(6), old);
        Assert.Contains("No seal covers offset", Assert.Single(AuditVerification.FindFaults(proof, [old])), StringComparison.Ordinal);
        Assert.NotEmpty(AuditVerification.FindFaults(proof, []));
    }

    [Fact]
    public async Task Every_altered_bit_of_a_batch_fails()
    {
        using AuditTrail trail = await AuditTrailTests.InMemoryAsync(AuditLogs.Make(8));
        AuditProof proof = await trail.ProveAsync(AuditLogs.BaseOf(5));
        for (int bit = 0; bit < 8 * proof.Batch.Length; bit++)
        {
            byte[] batch = proof.Batch.ToArray();
            batch[bit / 8] ^= (byte)(1 << (bit % 8));
            Assert.Contains(
                AuditVerification.FindFaults(proof with { Batch = batch }, [trail.Seal()]), fault => fault.Contains("does not lead to the root", StringComparison.Ordinal));
        }
    }

    [Fact]
    public async Task Every_altered_bit_of_a_seal_fails()
    {
        using AuditTrail trail = await AuditTrailTests.InMemoryAsync(AuditLogs.Make(8));
        AuditSeal seal = trail.Seal();
        AuditProof proof = await trail.ProveAsync(AuditLogs.BaseOf(5));
        foreach (MerkleHash root in MerkleTreeTests.Altered(seal.Root))
        {
            Assert.NotEmpty(AuditVerification.FindFaults(proof, [seal with { Root = root }]));
        }

        Assert.NotEmpty(AuditVerification.FindFaults(proof, [seal with { Log = "other" }]));
        Assert.NotEmpty(AuditVerification.FindFaults(proof, [seal with { First = new Offset(1) }]));
        Assert.NotEmpty(AuditVerification.FindFaults(proof, [seal with { AsOf = seal.AsOf.Plus(1) }]));
        Assert.NotEmpty(AuditVerification.FindFaults(proof, [seal with { Batches = 9 }]));
    }

    [Fact]
    public async Task Every_altered_bit_of_a_proof_file_fails_or_proves_another_record_of_the_batch()
    {
        using AuditTrail trail = await AuditTrailTests.InMemoryAsync(AuditLogs.Make(9));
        AuditSeal old = trail.Seal(AuditLogs.BaseOf(3));
        AuditSeal seal = trail.Seal();
        AuditProof proof = await trail.ProveAsync(AuditLogs.BaseOf(7).Plus(1), old);
        byte[] json = Write(writer => AuditJson.Write(writer, proof));
        for (int bit = 0; bit < 8 * json.Length; bit++)
        {
            byte[] altered = [.. json];
            altered[bit / 8] ^= (byte)(1 << (bit % 8));
            AuditProof? read = null;
            try
            {
                read = AuditJson.ReadProof(altered);
            }
            catch (StateException error) when (error.Code == StateErrors.AuditMalformed)
            {
                continue;
            }

            if (AuditVerification.FindFaults(read, [old, seal]).Count == 0)
            {
                Assert.Equal(Encoding.UTF8.GetString(json), Encoding.UTF8.GetString(Write(writer => AuditJson.Write(writer, read with { Offset = proof.Offset }))));
                Assert.InRange(read.Offset.Value, AuditLogs.BaseOf(7).Value, AuditLogs.BaseOf(8).Value - 1);
            }
        }
    }

    [Fact]
    public async Task What_a_proof_says_of_a_seal_that_is_not_given_fits_its_batch()
    {
        using AuditTrail trail = await AuditTrailTests.InMemoryAsync(AuditLogs.Make(9));
        AuditSeal old = trail.Seal(AuditLogs.BaseOf(6));
        AuditSeal seal = trail.Seal();
        AuditProof early = await trail.ProveAsync(AuditLogs.BaseOf(4), old);
        AuditProof late = await trail.ProveAsync(AuditLogs.BaseOf(6), old);
        foreach (AuditProof altered in (AuditProof[])
        [
            early with { Since = old with { Log = "other" } },
            early with { Since = old with { First = new Offset(1) } },
            early with { Since = old with { AsOf = AuditLogs.BaseOf(4) } },
            early with { Since = old with { AsOf = seal.AsOf } },
            early with { Since = old with { AsOf = seal.AsOf.Plus(1) } },
            late with { Since = old with { AsOf = AuditLogs.BaseOf(7) } },
        ])
        {
            Assert.Contains("The proof speaks of", Assert.Single(AuditVerification.FindFaults(altered, [seal])), StringComparison.Ordinal);
        }

        Assert.Contains("from offset 0 to 1", Assert.Single(AuditVerification.FindFaults(early with { Seal = seal with { AsOf = new Offset(1) }, Since = old }, [old])), StringComparison.Ordinal);
    }

    [Fact]
    public void A_seal_file_that_is_cut_or_altered_is_refused_or_is_another_seal()
    {
        var seal = new AuditSeal("orders", Offset.Zero, new Offset(30), 12, MerkleHash.Empty);
        byte[] json = Write(writer => AuditJson.Write(writer, seal));
        Assert.Equal(seal, AuditJson.ReadSeal(json));
        for (int length = 0; length < json.Length; length++)
        {
            Assert.Equal(StateErrors.AuditMalformed, Assert.Throws<StateException>(() => AuditJson.ReadSeal(json.AsMemory(0, length))).Code);
        }

        for (int bit = 0; bit < 8 * json.Length; bit++)
        {
            byte[] altered = [.. json];
            altered[bit / 8] ^= (byte)(1 << (bit % 8));
            AuditSeal? read = null;
            Exception? error = Record.Exception(() => read = AuditJson.ReadSeal(altered));
            Assert.True(error is StateException { Code: var code } ? code == StateErrors.AuditMalformed : error is null && read != seal);
        }
    }

    [Theory]
    [InlineData("")]
    [InlineData("null")]
    [InlineData("[]")]
    [InlineData("{}")]
    [InlineData("""{"duramen":"seal","version":2,"log":"a","first":0,"asOf":0,"batches":0,"root":"e3b0c44298fc1c149afbf4c8996fb92427ae41e4649b934ca495991b7852b855"}""")]
    [InlineData("""{"duramen":"seal","version":1,"log":"a","first":-1,"asOf":0,"batches":0,"root":"e3b0c44298fc1c149afbf4c8996fb92427ae41e4649b934ca495991b7852b855"}""")]
    [InlineData("""{"duramen":"seal","version":1,"log":"\ud800","first":0,"asOf":0,"batches":0,"root":"e3b0c44298fc1c149afbf4c8996fb92427ae41e4649b934ca495991b7852b855"}""")]
    [InlineData("""{"duramen":"seal","version":1,"log":"a","first":0,"asOf":0,"batches":0,"root":""}""")]
    [InlineData("""{"duramen":"proof","version":1,"offset":0,"seal":null,"index":0,"batch":"","inclusion":[]}""")]
    public void What_is_no_seal_or_proof_is_refused(string json)
    {
        byte[] bytes = Encoding.UTF8.GetBytes(json);
        Assert.Equal(StateErrors.AuditMalformed, Assert.Throws<StateException>(() => AuditJson.ReadSeal(bytes)).Code);
        Assert.Equal(StateErrors.AuditMalformed, Assert.Throws<StateException>(() => AuditJson.ReadProof(bytes)).Code);
    }

    [Fact]
    public async Task What_cannot_be_proved_is_refused_with_the_reason()
    {
        MemoryLog log = AuditLogs.Make(9);
        using AuditTrail trail = await AuditTrailTests.InMemoryAsync(log);
        AuditSeal forged = trail.Seal(AuditLogs.BaseOf(4)) with { Root = MerkleHash.Empty };
        Assert.Equal(StateErrors.AuditOutOfRange, await CodeAsync(trail, log.Watermarks.Committed));
        Assert.Equal(StateErrors.AuditMismatch, await CodeAsync(trail, Offset.Zero, forged));
        await log.TrimAsync(new Offset(3));
        Assert.Equal(StateErrors.AuditTrimmed, await CodeAsync(trail, Offset.Zero));
    }

    [Fact]
    public async Task A_batch_that_was_altered_since_it_was_taken_in_is_not_proved()
    {
        var disk = new MemoryDisk();
        await AuditTrailTests.KeepAsync(AuditLogs.Make(9), disk);
        MemoryLog altered = AuditLogs.Make(9, index => index == 4 ? "forged" : null);
        using AuditTrail trail = await AuditTrail.OpenAsync(altered, disk, "/audit/orders");
        Assert.Equal(StateErrors.AuditMismatch, await CodeAsync(trail, AuditLogs.BaseOf(4)));
        Assert.Empty(AuditVerification.FindFaults(await trail.ProveAsync(AuditLogs.BaseOf(5)), [trail.Seal()]));
    }

    private static AuditProof Reread(AuditProof proof) => AuditJson.ReadProof(Write(writer => AuditJson.Write(writer, proof)));

    private static byte[] Write(Action<Utf8JsonWriter> write)
    {
        var buffer = new ArrayBufferWriter<byte>();
        using var writer = new Utf8JsonWriter(buffer);
        write(writer);
        writer.Flush();
        return buffer.WrittenSpan.ToArray();
    }

    private static async Task<Duramen.Core.Errors.ErrorCode> CodeAsync(AuditTrail trail, Offset offset, AuditSeal? since = null) =>
        (await Assert.ThrowsAsync<StateException>(async () => await trail.ProveAsync(offset, since))).Code;
}
