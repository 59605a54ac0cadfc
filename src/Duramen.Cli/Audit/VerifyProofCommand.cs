using Duramen.Cli.Commands;
using Duramen.Cli.Parsing;
using Duramen.Cli.Records;
using Duramen.Cli.Streams;
using Duramen.Cli.UserFiles;
using Duramen.Records.Batches;
using Duramen.State.Audit;

namespace Duramen.Cli.Audit;

internal static class VerifyProofCommand
{
    private static readonly CommandArgument Proof = new("PROOF", "the file that 'audit prove' wrote");
    private static readonly CommandOption Seal = new("--seal", "SEAL", "a file that 'audit seal' wrote and that you trust; may be given several times, and each must match", IsRepeatable: true);

    public static Command Command { get; } = new()
    {
        Name = "audit verify",
        Summary = "Check a proof against seals, without log or server",
        Description =
            "Says that the record is part of the sealed history, or what does not match, in a line each; exit code 1 then. JSON is one object: verified, log, asOf (of the\n"
            + "seal that covers the record), faults, and the record that was proved.",
        Arguments = [Proof],
        Options = [Seal, FolderSession.Output],
        Examples = ["duramen audit verify proof.json --seal orders.seal", "duramen audit verify proof.json --seal old.seal --seal new.seal --output json"],
        Run = RunAsync,
    };

    private static Task<int> RunAsync(CommandInput input, CancellationToken interrupted)
    {
        IReadOnlyList<string> paths = input.Texts(Seal);
        bool isJson = FolderSession.IsJson(input);
        if (paths.Count == 0)
        {
            throw input.Wrong($"{Seal.Name} is missing: without a seal that you trust a proof says nothing");
        }

        AuditProof proof = AuditJson.ReadProof(UserFile.Read(input.Argument(0)!));
        AuditSeal[] seals = [.. paths.Select(TrailSession.ReadSeal)];
        IReadOnlyList<string> faults = AuditVerification.FindFaults(proof, seals);

        // What the proof says of another seal than these is a claim, and no more.
        AuditSeal history = seals.Where(seal => seal.Batches > proof.Index).MinBy(seal => seal.Batches) ?? proof.Seal;
        using var output = new StandardOutput();
        if (isJson)
        {
            Print(output, proof, history, faults);
        }
        else if (faults.Count == 0)
        {
            output.WriteLine($"verified: offset {proof.Offset} of {Wording.Name(history.Log)} is in the history that was sealed as of {history.AsOf}.");
        }

        foreach (string fault in isJson ? [] : faults)
        {
            output.WriteLine(Wording.OneLine($"failed: {fault}"));
        }

        output.Flush();
        return Task.FromResult(faults.Count == 0 ? CommandRunner.Done : CommandRunner.Failed);
    }

    private static void Print(StandardOutput output, AuditProof proof, AuditSeal history, IReadOnlyList<string> faults)
    {
        using var json = new JsonOutput(output);
        json.Writer.WriteStartObject();
        json.Writer.WriteBoolean("verified"u8, faults.Count == 0);
        json.Writer.WriteString("log"u8, history.Log);
        json.Writer.WriteNumber("asOf"u8, history.AsOf.Value);
        json.Writer.WriteStartArray("faults"u8);
        foreach (string fault in faults)
        {
            json.Writer.WriteStringValue(fault);
        }

        json.Writer.WriteEndArray();
        if (faults.Count > 0 || !AuditVerification.TryVisitRecord(proof, record => WriteRecord(json, record)))
        {
            json.Writer.WriteNumber("offset"u8, proof.Offset.Value);
        }

        json.Writer.WriteEndObject();
        json.EndLine();
    }

    private static void WriteRecord(JsonOutput json, RecordView record) => json.WriteRecord(record);
}
