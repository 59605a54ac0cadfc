using System.Globalization;
using System.Text;

namespace Duramen.Metrics;

/// <summary>
/// Writes a node's metrics in the text format that Prometheus reads (version 0.0.4). An instrument <c>duramen.broker.requests</c> becomes
/// <c>duramen_broker_requests_total</c>: dots become underscores, the unit is appended when it is seconds or bytes, and counters end in <c>total</c>.
/// </summary>
internal static class PrometheusText
{
    public const string ContentType = "text/plain; version=0.0.4; charset=utf-8";

    public static string Write(IReadOnlyList<InstrumentSeries> instruments)
    {
        var text = new StringBuilder();
        foreach (InstrumentSeries instrument in instruments)
        {
            IReadOnlyList<Series> all = instrument.Read();
            if (all.Count == 0)
            {
                continue;
            }

            string name = NameOf(instrument);
            string kind = instrument.IsHistogram ? "histogram" : instrument.IsCounter ? "counter" : "gauge";
            text.Append("# HELP ").Append(name).Append(' ').Append(Escape(instrument.Instrument.Description ?? "")).Append('\n');
            text.Append("# TYPE ").Append(name).Append(' ').Append(kind).Append('\n');
            foreach (Series series in all)
            {
                if (instrument.IsHistogram)
                {
                    WriteHistogram(text, name, series);
                }
                else
                {
                    WriteSample(text, name, series, null, series.Value);
                }
            }
        }

        return text.ToString();
    }

    private static void WriteHistogram(StringBuilder text, string name, Series series)
    {
        long cumulated = 0;
        for (int index = 0; index < series.Buckets.Count; index++)
        {
            cumulated += series.Buckets[index];
            string bound = index < series.Bounds.Count ? Number(series.Bounds[index]) : "+Inf";
            WriteSample(text, name + "_bucket", series, bound, cumulated);
        }

        WriteSample(text, name + "_sum", series, null, series.Value);
        WriteSample(text, name + "_count", series, null, series.Count);
    }

    private static void WriteSample(StringBuilder text, string name, Series series, string? bound, double value)
    {
        text.Append(name);
        char separator = '{';
        foreach ((string key, object? tag) in series.Tags)
        {
            text.Append(separator).Append(key.Replace('.', '_')).Append("=\"").Append(Escape(Convert.ToString(tag, CultureInfo.InvariantCulture) ?? "")).Append('"');
            separator = ',';
        }

        if (bound is not null)
        {
            text.Append(separator).Append("le=\"").Append(bound).Append('"');
            separator = ',';
        }

        text.Append(separator == ',' ? "} " : " ").Append(Number(value)).Append('\n');
    }

    private static string NameOf(InstrumentSeries instrument)
    {
        string name = instrument.Instrument.Name.Replace('.', '_');
        string unit = instrument.Instrument.Unit switch { "s" => "_seconds", "By" => "_bytes", _ => "" };
        return name + (name.EndsWith(unit, StringComparison.Ordinal) ? "" : unit) + (instrument.IsCounter ? "_total" : "");
    }

    private static string Number(double value) => value.ToString("R", CultureInfo.InvariantCulture);

    private static string Escape(string text) => text.Replace("\\", "\\\\", StringComparison.Ordinal).Replace("\n", "\\n", StringComparison.Ordinal).Replace("\"", "\\\"", StringComparison.Ordinal);
}
