using Duramen.Kafka.Generator.Schemas;

namespace Duramen.Kafka.Generator.Code;

/// <summary>Writes the numbers of the errors, and what is known about each.</summary>
internal static class ErrorCode
{
    /// <summary>The enumeration of the errors.</summary>
    public static string Numbers(Schema schema)
    {
        var text = new SourceText(Schema.ErrorsFile);
        text.Line("namespace Duramen.Kafka;");
        text.Line();
        text.Summary("What went wrong, as the protocol numbers it. A number that is not listed may come from a newer server.");
        text.Block("public enum KafkaError : short", () =>
        {
            foreach (ProtocolError error in schema.Errors)
            {
                text.Summary(error.Text);
                text.Line($"{error.Name} = {error.Number},");
            }
        });
        return text.ToString();
    }

    /// <summary>Name, retriability and message of each error.</summary>
    public static string Table(Schema schema)
    {
        var text = new SourceText(Schema.ErrorsFile);
        text.Line("namespace Duramen.Kafka;");
        text.Line();
        text.Block("public static partial class KafkaErrors", () =>
        {
            text.Line("private static readonly Entry[] Table =");
            text.Line("[");
            foreach (ProtocolError error in schema.Errors)
            {
                string isRetriable = error.IsRetriable ? "true" : "false";
                text.Line($"    new(KafkaError.{error.Name}, \"{error.WireName}\", IsRetriable: {isRetriable}, \"{error.Text}\"),");
            }

            text.Line("];");
        });
        return text.ToString();
    }
}
