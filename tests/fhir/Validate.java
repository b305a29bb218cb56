/* Validates a Questionnaire and its response against FHIR R4, offline; see make fhir. */

import ca.uhn.fhir.context.FhirContext;
import ca.uhn.fhir.context.support.DefaultProfileValidationSupport;
import ca.uhn.fhir.context.support.IValidationSupport;
import ca.uhn.fhir.validation.FhirValidator;
import ca.uhn.fhir.validation.ResultSeverityEnum;
import ca.uhn.fhir.validation.ValidationResult;
import java.nio.file.Files;
import java.nio.file.Path;
import org.hl7.fhir.common.hapi.validation.support.CommonCodeSystemsTerminologyService;
import org.hl7.fhir.common.hapi.validation.support.InMemoryTerminologyServerValidationSupport;
import org.hl7.fhir.common.hapi.validation.support.ValidationSupportChain;
import org.hl7.fhir.common.hapi.validation.validator.FhirInstanceValidator;
import org.hl7.fhir.instance.model.api.IBaseResource;
import org.hl7.fhir.r4.model.Questionnaire;

public class Validate {
  /** Exits with the number of files that are not valid; the first is the Questionnaire. */
  public static void main(String[] files) throws Exception {
    FhirContext r4 = FhirContext.forR4();
    String first = Files.readString(Path.of(files[0]));
    Questionnaire form = r4.newJsonParser().parseResource(Questionnaire.class, first);
    FhirValidator validator = r4.newValidator();
    validator.registerValidatorModule(new FhirInstanceValidator(new ValidationSupportChain(
        new DefaultProfileValidationSupport(r4),
        new InMemoryTerminologyServerValidationSupport(r4),
        new CommonCodeSystemsTerminologyService(r4),
        knowing(r4, form))));
    int invalid = 0;
    for (String file : files) {
      ValidationResult result = validator.validateWithResult(Files.readString(Path.of(file)));
      invalid += result.isSuccessful() ? 0 : 1;
      long messages = result.getMessages().stream()
          .filter(m -> m.getSeverity() != ResultSeverityEnum.INFORMATION).count();
      System.out.println(Path.of(file).getFileName().toString().replaceFirst(".*_", "")
          + ": " + (result.isSuccessful() ? "valid" : "NOT VALID")
          + (messages == 0 ? ", no message" : ""));
      result.getMessages().forEach(m -> System.out.println(
          "  " + m.getSeverity() + " " + m.getLocationString() + ": " + m.getMessage()));
    }
    System.exit(invalid);
  }

  /** Lets the response be checked against its Questionnaire. */
  private static IValidationSupport knowing(FhirContext r4, Questionnaire form) {
    return new IValidationSupport() {
      @Override
      public FhirContext getFhirContext() {
        return r4;
      }

      @Override
      public <T extends IBaseResource> T fetchResource(Class<T> kind, String address) {
        return address.equals(form.getUrl()) ? kind.cast(form) : null;
      }
    };
  }
}
